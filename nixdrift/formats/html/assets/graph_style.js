// How the affected graph is drawn, in the colours of the page.
"use strict";
globalThis.nixdriftGraphStyle = () => {
  const page = getComputedStyle(document.documentElement);
  const color = (name) => page.getPropertyValue(`--${name}`).trim();
  const verdicts = ["stale", "masked", "frozen", "unproven", "unknown", "rebuilt", "added", "removed", "rippled"];
  const plain = { "curve-style": "bezier", width: 1.25, "target-arrow-shape": "triangle", "arrow-scale": 0.8 };
  return [
    { selector: "node", style: {
      shape: "round-rectangle", width: "data(width)", height: 30, label: "data(label)", "font-size": 12,
      "font-family": "ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace", color: color("ink"),
      "text-valign": "center", "text-halign": "center", "background-color": color("raised"),
      "border-width": 1, "border-color": color("edge"), "min-zoomed-font-size": 5, "overlay-opacity": 0,
    } },
    { selector: "node[kind='path']", style: { shape: "cut-rectangle", "border-color": color("quiet") } },
    { selector: "node[kind='input-source']", style: { "background-color": color("sunk"), "border-color": color("quiet") } },
    { selector: "node[kind='component']", style: { shape: "rectangle", "border-width": 2.5, "font-weight": "bold" } },
    ...verdicts.map((name) => ({ selector: `node[verdict='${name}']`, style: { "border-color": color(name) } })),
    { selector: "node[kind='break']", style: {
      shape: "rectangle", "background-color": color("bad"), "border-color": color("bad"), color: color("paper"),
      "font-weight": "bold", height: 38,
    } },
    { selector: "edge", style: { ...plain, "line-color": color("edge"), "target-arrow-color": color("edge") } },
    { selector: "edge[kind='trace']", style: {
      "line-style": "dashed", "line-color": color("quiet"), "target-arrow-color": color("quiet"),
    } },
    { selector: "edge[kind='broken']", style: {
      "line-style": "dashed", width: 2.5, "line-color": color("bad"), "target-arrow-color": color("bad"),
    } },
    { selector: ".faint", style: { opacity: 0.25 } },
    { selector: "node.hit", style: { "underlay-color": color("warn"), "underlay-opacity": 0.45, "underlay-padding": 7 } },
    { selector: "node.current", style: { "outline-width": 3, "outline-color": color("focus"), "outline-offset": 3 } },
    { selector: "edge.near", style: { width: 2.5, "line-color": color("focus"), "target-arrow-color": color("focus") } },
  ];
};
