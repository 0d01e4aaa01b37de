"""Write a generated project's Nix expressions, and its nixdrift.toml."""

import base64
import hashlib
import json
import posixpath
from collections.abc import Iterator

from tests.mutation.project import Component, Files, Source, State, text
from tests.worlds import FILE_MODE, File

LIBRARY = """\
# How components are made, and their sources chosen.
let
  inherit (builtins) any elem hashString match stringLength substring;

  # A path relative to a directory above it.
  below = root: path: substring (stringLength (toString root) + 1) (stringLength path) path;
  isBelow = path: directory: substring 0 (stringLength directory + 1) path == directory + "/";
in
rec {
  component = name: version: attributes: derivation ({
    name = "${name}-${version}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo $name > $out" ];
  } // attributes);

  vendored = name: src: outputHash: derivation {
    inherit name src outputHash;
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "cp -r $src $out" ];
    outputHashMode = "recursive";
    outputHashAlgo = "sha256";
  };

  # A filter that leaves some paths out.
  without = root: names: path: type: !(elem (below root path) names);

  # As lib.cleanSourceWith.
  cleanSourceWith = { name, src, filter }:
    let
      origin = src.origin or src;
      keep = path: type: filter path type && (src.filter or (_: _: true)) path type;
    in
    { inherit origin; filter = keep; outPath = builtins.path { inherit name; path = origin; filter = keep; }; };

  # As lib.fileset.toSource.
  select = name: root: paths: builtins.path {
    inherit name;
    path = root;
    filter = path: type:
      let isKept = kept: path == kept || isBelow path kept || (type == "directory" && isBelow kept path);
      in any (one: isKept (toString one)) paths;
  };

  # As lib.sourceByRegex.
  byRegex = name: root: patterns: builtins.path {
    inherit name;
    path = root;
    filter = path: type: any (pattern: match pattern (below root path) != null) patterns;
  };
@TOOLS@}
"""

FLAKE = "{\n  outputs = { self }: { packages.x86_64-linux = import ./default.nix; };\n}\n"


def rendered(state: State, flavour: str) -> Files:
    """Give all files of a project, expressions and configuration included."""
    files = {
        **state.files,
        "nix/lib.nix": text(LIBRARY.replace("@TOOLS@", "".join(f"\n  {one}\n" for one in state.tools))),
    }
    files["default.nix"] = text(_top(state))
    for one in state.components:
        if one.placement != "top":
            where = _written_in(one)
            files[where] = text(f"{{ lib, parts }}:\n\n{_made(one, state, where)}\n")
    if flavour == "flake":
        files["flake.nix"] = text(FLAKE)
    files["nixdrift.toml"] = text(_configuration(state))
    return files


def _written_in(component: Component) -> str:
    return component.path("default.nix") if component.placement == "own" else f"nix/{component.name}.nix"


def _top(state: State) -> str:
    lines = [*(f"# {one}" for one in state.comments), "let", "  lib = import ./nix/lib.nix;", "  parts = {"]
    for one in state.components:
        if one.placement == "top":
            lines.append(f"    {one.name} = {_made(one, state, 'default.nix')};")
        else:
            lines.append(
                f"    {one.name} = import {literal(_written_in(one), 'default.nix')} {{ inherit lib parts; }};"
            )
    lines += ["  };", "in {"]
    lines += [f"  inherit (parts) {one.name};" for one in state.components if one.is_root]
    lines.append('  deployment = lib.component "deployment" "1.0" { inputs = builtins.attrValues parts; };')
    return "\n".join([*lines, "}", ""])


def _made(component: Component, state: State, where: str) -> str:
    attributes = "\n".join(f"      {one}" for one in _attributes(component, state, where))
    return f'lib.component "{component.name}" "{component.version}" {{\n{attributes}\n    }}'


def _attributes(component: Component, state: State, where: str) -> Iterator[str]:
    attribute, value = source_text(component, state, where)
    yield f"{attribute} = {value};"
    if component.inputs:
        yield f"inputs = [ {' '.join(f'parts.{one}' for one in component.inputs)} ];"
    if component.shared:
        yield f"shared = [ {' '.join(literal(one, where) for one in component.shared)} ];"
    if component.settings:
        path = literal(component.path(component.settings), where)
        yield f"settings = builtins.toJSON (builtins.fromJSON (builtins.readFile {path}));"
    if component.vendored:
        taken = literal(component.path("go.sum"), where) if component.vendored == "lock" else f"({value})"
        yield f'modules = lib.vendored "{component.name}-modules" {taken} "{declared_hash(component.hash_of)}";'
    yield from (f"{name} = {value};" for name, value in component.variables)


def declared_hash(content: str) -> str:
    """Give a hash to declare: of a text that stands for what is vendored."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def source_text(component: Component, state: State, where: str) -> tuple[str, str]:
    """Give the attribute that a component's source is written in, and the expression of it."""
    source = component.source
    root, name = literal(source.root, where), json.dumps(component.name)
    match source.style:
        case "whole":
            return "src", root
        case "path":
            return "src", f"builtins.path {{ name = {name}; path = {root}; filter = {_without(source, root)}; }}"
        case "filterSource":
            return "src", f"builtins.filterSource ({_without(source, root)}) {root}"
        case "cleanSourceWith":
            inner = f'lib.cleanSourceWith {{ name = {name}; src = {root}; filter = path: type: type != "unknown"; }}'
            return "src", f"lib.cleanSourceWith {{ name = {name}; src = {inner}; filter = {_without(source, root)}; }}"
        case "verbatim":
            return "src", source.text.replace("@TOP@", literal("", where))
    kept = source.allowed(state.files)
    listed = " ".join(literal(posixpath.join(source.root, one), where) for one in kept)
    match source.style:
        case "fileset":
            return "src", f"lib.select {name} {root} [ {listed} ]"
        case "paths":
            return "srcs", f"[ {listed} ]"
        case "sourceByRegex":
            patterns = {pattern for one in kept for pattern in _patterns(one)}
            return "src", f"lib.byRegex {name} {root} [ {' '.join(sorted(patterns))} ]"
    raise ValueError(source.style)


def _without(source: Source, root: str) -> str:
    return f"lib.without {root} [ {' '.join(json.dumps(one) for one in source.left_out)} ]"


def _patterns(path: str) -> Iterator[str]:
    """Give what matches a path and all below it, and what matches the directories above."""
    parts = path.replace(".", "[.]").split("/")
    yield from (json.dumps("/".join(parts[:length])) for length in range(1, len(parts)))
    yield json.dumps("/".join(parts) + "(/.*)?")


def literal(path: str, where: str) -> str:
    """Write a path of the repository as a path in a file of the repository."""
    relative = posixpath.relpath(path or ".", posixpath.dirname(where) or ".")
    if relative in {".", ".."} or relative.startswith("../"):
        return relative if relative not in {".", ".."} else f"{relative}/."
    return f"./{relative}"


def _configuration(state: State) -> str:
    lines = ["# What the names of directories do not say."]
    for one in state.components:
        if one.is_declared or one.ignored:
            lines.append(f"[components.{one.name}]")
        if one.is_declared:
            lines.append(f'sources = ["/{one.directory}/"]')
        if one.ignored:
            lines.append(f"ignore = {json.dumps([f'/{one.path(name)}' for name in one.ignored])}")
    return "\n".join([*lines, ""])


__all__ = ["FILE_MODE", "File", "declared_hash", "literal", "rendered", "source_text"]
