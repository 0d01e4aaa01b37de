// The affected graph: drawn from what matters outwards, a neighbourhood at a time.
"use strict";
(() => {
  const source = document.getElementById("graph-data");
  const drawn = document.getElementById("drawn");
  const canvas = document.getElementById("canvas");
  if (!source) {
    return;
  }
  const { nodes, edges } = JSON.parse(source.textContent);
  const AT_FIRST = 60; // So many are read at a glance.
  const AT_ONCE = 30; // So many neighbours come with one step.
  const MOST_IN_LAYERS = 300; // The library takes seconds for more in its layered layout; it has a quicker one.
  const BAD = new Set(["stale", "masked", "frozen", "unproven", "unknown"]);
  const KINDS = {
    path: "changed path", "input-source": "input source", evaluation: "evaluation", break: "break",
    derivation: "derivation", component: "component",
  };
  const next = nodes.map(() => []);
  const previous = nodes.map(() => []);
  edges.forEach((edge) => {
    next[edge.start].push(edge.end);
    previous[edge.end].push(edge.start);
  });
  const near = (place) => [...previous[place], ...next[place]];
  const shown = new Set();
  let current = null;
  let cy = null;

  const isFound = (node) => node.kind === "break" || (BAD.has(node.verdict) && node.kind !== "derivation");

  // Breadth first from the findings, or else from the changed paths, until there is enough to see.
  function beginning() {
    const places = [...nodes.keys()];
    const found = places.filter((place) => isFound(nodes[place]));
    const paths = places.filter((place) => nodes[place].kind === "path");
    const begun = found.length ? found : paths.length ? paths : places;
    const taken = new Set(begun.slice(0, AT_FIRST));
    for (const place of taken) { // A set is walked in the order of insertion, what is added meanwhile included.
      for (const other of near(place)) {
        if (taken.size < AT_FIRST) {
          taken.add(other);
        }
      }
    }
    for (const place of nodes.length <= AT_FIRST ? places : []) {
      taken.add(place);
    }
    return taken;
  }

  const short = (text) => (text.length <= 34 ? text : `${text.slice(0, 16)}…${text.slice(-17)}`);

  function element(place) {
    const node = nodes[place];
    const hidden = near(place).filter((other) => !shown.has(other)).length;
    const label = (node.kind === "break" ? "✕ " : "") + short(node.name) + (hidden ? `  +${hidden}` : "");
    const data = { id: `n${place}`, place, label, width: label.length * 7.4 + 22, kind: node.kind };
    return { group: "nodes", data: node.verdict ? { ...data, verdict: node.verdict } : data };
  }

  const visible = () => edges.map((edge, place) => ({ edge, place }))
    .filter(({ edge }) => shown.has(edge.start) && shown.has(edge.end))
    .map(({ edge, place }) => ({
      group: "edges",
      data: { id: `e${place}`, source: `n${edge.start}`, target: `n${edge.end}`, kind: edge.kind },
    }));

  function layout() {
    const isLayered = shown.size <= MOST_IN_LAYERS;
    return isLayered
      ? { name: "dagre", rankDir: "LR", nodeSep: 14, rankSep: 60, animate: false, fit: false }
      : { name: "breadthfirst", directed: true, direction: "rightward", spacingFactor: 1, grid: false,
        avoidOverlap: true, animate: false, fit: false };
  }

  function draw(middle) {
    cy.batch(() => {
      cy.elements().remove();
      cy.add([...[...shown].sort((a, b) => a - b).map(element), ...visible()]);
    });
    cy.layout(layout()).run();
    canvas.style.height = `clamp(15rem, ${Math.ceil(cy.elements().boundingBox().h) + 110}px, min(34rem, 72vh))`;
    cy.resize();
    const number = (value) => value.toLocaleString("en");
    document.getElementById("graph-shown").textContent = `${number(shown.size)} of ${number(nodes.length)} shown`;
    document.querySelector("#drawn [data-do=all]").disabled = shown.size === nodes.length;
    canvas.dataset.shown = String(shown.size);
    if (middle === undefined) {
      fit();
    } else {
      cy.center(cy.$id(`n${middle}`));
    }
    mark();
  }

  // All of it, but never smaller than can be read at first: then the findings are in the middle.
  function fit(least = 0.55) {
    cy.fit(undefined, 28);
    cy.zoom(Math.min(cy.zoom(), 1.25));
    cy.center();
    if (cy.zoom() < least) {
      const found = cy.nodes("[kind='break']");
      cy.zoom(least);
      cy.center(found.length ? found.first().closedNeighborhood() : cy.nodes().first());
    }
  }

  function told(place) {
    const node = nodes[place];
    const verdict = node.verdict ? `, ${node.verdict}` : "";
    const path = node.store_path ? ` (${node.store_path})` : "";
    const hidden = near(place).filter((other) => !shown.has(other)).length;
    const numbers = `${previous[place].length} before it, ${next[place].length} after it, ${hidden} of them not shown`;
    return `${KINDS[node.kind]} ${node.name}${path}${verdict}: ${numbers}`;
  }

  function mark() {
    cy.elements(".current, .near").removeClass("current near");
    document.querySelector("#drawn [data-do=expand]").disabled = current === null;
    document.getElementById("graph-current").textContent =
      current === null ? "Choose a node to read what it is, and to show its neighbours." : told(current);
    if (current !== null) {
      cy.$id(`n${current}`).addClass("current").connectedEdges().addClass("near");
    }
    canvas.dataset.current = current === null ? "" : nodes[current].name;
  }

  function choose(place, { isNear = false } = {}) {
    current = place;
    mark();
    const box = cy.$id(`n${place}`).renderedBoundingBox();
    if (!isNear && (box.x1 < 0 || box.y1 < 0 || box.x2 > cy.width() || box.y2 > cy.height())) {
      cy.center(cy.$id(`n${place}`));
    }
  }

  function expand(place) {
    const hidden = near(place).filter((other) => !shown.has(other));
    hidden.slice(0, AT_ONCE).forEach((other) => shown.add(other));
    current = place;
    if (hidden.length) {
      draw(place);
    } else {
      mark();
    }
  }

  function reveal(place) {
    shown.add(place);
    near(place).slice(0, AT_ONCE).forEach((other) => shown.add(other));
    current = place;
    draw(place);
  }

  function restart() {
    shown.clear();
    beginning().forEach((place) => shown.add(place));
    current = null;
    draw();
  }

  // Along the edges to the right and to the left; up and down, to the nearest beside it.
  function step(key) {
    if (current === null) {
      const found = cy.nodes("[kind='break']");
      return choose((found.length ? found : cy.nodes()).first().data("place"));
    }
    const here = cy.$id(`n${current}`).position();
    const way = { ArrowRight: next, ArrowLeft: previous }[key];
    const isBelow = key === "ArrowDown";
    const fits = (node) => {
      const { x, y } = node.position();
      const isBeside = Math.abs(x - here.x) < 90 && (isBelow ? y > here.y : y < here.y);
      return way ? way[current].includes(node.data("place")) : isBeside;
    };
    const others = cy.nodes().filter(fits);
    const nearest = others.min((node) => Math.abs(node.position().y - here.y)).ele;
    return nearest ? choose(nearest.data("place")) : undefined;
  }

  const zoom = (factor) => cy.zoom({
    level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 },
  });

  const DO = {
    in: () => zoom(1.3),
    out: () => zoom(1 / 1.3),
    fit: () => fit(0),
    restart,
    all: () => {
      nodes.forEach((_, place) => shown.add(place));
      draw();
    },
    expand: () => expand(current),
  };
  const KEYS = { "+": DO.in, "=": DO.in, "-": DO.out, 0: DO.fit, Enter: () => current !== null && DO.expand(), " ": () => current !== null && DO.expand() };

  function press(event) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain) {
      return;
    }
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      step(event.key);
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    } else if (event.key === "Escape") {
      cy.userZoomingEnabled(false);
    }
  }

  const search = document.getElementById("graph-search");
  const hits = () => {
    const word = search.value.trim().toLowerCase();
    return word ? [...nodes.keys()].filter((place) => nodes[place].name.toLowerCase().includes(word)) : [];
  };

  function find() {
    const found = hits();
    cy.elements().removeClass("hit faint");
    if (search.value.trim()) {
      cy.elements().addClass("faint");
      found.forEach((place) => cy.$id(`n${place}`).removeClass("faint").addClass("hit"));
    }
    const hidden = found.filter((place) => !shown.has(place)).length;
    document.getElementById("graph-shown").textContent = search.value.trim()
      ? `${found.length} found, ${hidden} of them not shown` : `${shown.size} of ${nodes.length} shown`;
  }

  function following() {
    const found = hits();
    if (found.length) {
      const place = found[(found.indexOf(current) + 1) % found.length];
      if (shown.has(place)) {
        choose(place);
      } else {
        reveal(place);
      }
      find();
    }
  }

  function begin() {
    drawn.hidden = false;
    cytoscape.use(cytoscapeDagre);
    cy = cytoscape({
      container: canvas, style: nixdriftGraphStyle(), minZoom: 0.03, maxZoom: 3, autoungrabify: true,
      boxSelectionEnabled: false, userZoomingEnabled: false, pixelRatio: "auto", hideEdgesOnViewport: nodes.length > 2000,
      textureOnViewport: false,
    });
    // The wheel scrolls the page until the drawing is what is worked with.
    canvas.addEventListener("focus", () => cy.userZoomingEnabled(true));
    canvas.addEventListener("blur", () => cy.userZoomingEnabled(false));
    canvas.addEventListener("pointerdown", () => canvas.focus({ preventScroll: true }));
    canvas.addEventListener("keydown", press);
    cy.on("tap", "node", (event) => {
      const place = event.target.data("place");
      if (place === current) {
        expand(place);
      } else {
        choose(place, { isNear: true });
      }
    });
    search.addEventListener("input", find);
    search.addEventListener("keydown", (event) => event.key === "Enter" && following());
    drawn.querySelectorAll("[data-do]").forEach((button) => {
      button.addEventListener("click", () => DO[button.dataset.do]());
    });
    document.querySelectorAll("[data-show]").forEach((button) => {
      const place = nodes.findIndex((node) => node.kind === "component" && node.name === button.dataset.show);
      button.hidden = place < 0;
      button.addEventListener("click", () => {
        drawn.scrollIntoView({ block: "center" });
        canvas.focus({ preventScroll: true });
        if (shown.has(place)) {
          choose(place);
        } else {
          reveal(place);
        }
      });
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(nixdriftGraphStyle()));
    restart();
    globalThis.nixdriftGraph = cy;
  }

  begin();
})();
