"""The bill of materials of a release, in CycloneDX: what is installed with nixdrift, and what is kept inside of it.

cyclonedx-py says what there is in an environment; of that, what is locked for nixdrift itself is kept. The JavaScript
of the HTML page, which nothing that looks for packages sees, is added as `make vendor` has recorded it.
"""

import base64
import json
import os
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.command import CHECKOUT
from tests.requirements import locked
from tests.vendored import PAGE, RECORD

_ROOT = "root-component"


def bill(time: str | None = None) -> dict[str, Any]:
    """Give the bill of what is in this environment, in which nixdrift is installed, as made at a time (of Unix)."""
    found = environment(time)
    root = found["metadata"]["component"]
    root["purl"] = f"pkg:pypi/{root['name']}@{root['version']}"
    needed = {one.name for one in locked("runtime") if one.is_for()}
    packages = {one["bom-ref"]: one for one in found["components"] if canonicalize_name(one["name"]) in needed}
    recorded = json.loads((PAGE / RECORD).read_text())
    libraries = {one["bom-ref"]: one for one in map(library, recorded)}
    direct = {ref for ref, one in packages.items() if canonicalize_name(one["name"]) in declared()}
    found["components"] = [*packages.values(), *libraries.values()]
    found["dependencies"] = [
        {"ref": _ROOT, "dependsOn": [*sorted(direct), *libraries]},
        *(restricted(one, set(packages)) for one in found["dependencies"] if one["ref"] in packages),
        *({"ref": ref} for ref in libraries),
    ]
    return found


def environment(time: str | None) -> dict[str, Any]:
    """Ask what is installed; the answer tells not where, and when only if that is given."""
    # What is kept of the answer is held against the schema in the end: for all of it, that takes many seconds.
    options = ("--no-validate", "--output-reproducible", "--pyproject", str(CHECKOUT / "pyproject.toml"))
    variables = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", *options, sys.executable],
        cwd=CHECKOUT,
        env={**variables, **({"SOURCE_DATE_EPOCH": time} if time else {})},
        check=True,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def declared() -> set[str]:
    """Name what nixdrift itself requires, without its extras: those are installed here, too."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    return {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}


def restricted(dependency: Mapping[str, Any], kept: set[str]) -> dict[str, Any]:
    """Restrict what a package takes to what is kept: others are here for extras of it, or by accident."""
    return {"ref": dependency["ref"], "dependsOn": [ref for ref in dependency.get("dependsOn", ()) if ref in kept]}


def library(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a library from npm: the package that was published, and the files of it that are kept."""
    scope, _, name = recorded["name"].rpartition("/")
    place = PAGE.relative_to(CHECKOUT) / name
    purl = f"pkg:npm/{scope.replace('@', '%40') + '/' if scope else ''}{name}@{recorded['version']}"
    algorithm, _, digest = recorded["integrity"].partition("-")
    return {
        "type": "library",
        "bom-ref": purl,
        **({"group": scope} if scope else {}),
        "name": name,
        "version": recorded["version"],
        "description": f"kept in {place}",
        "hashes": [{"alg": algorithm.replace("sha", "SHA-"), "content": base64.b64decode(digest).hex()}],
        "licenses": [{"license": {"id": recorded["licence"], "acknowledgement": "declared"}}],
        "purl": purl,
        "components": [
            {
                "type": "file",
                "bom-ref": f"{place / file}",
                "name": f"{place / file}",
                "hashes": [{"alg": "SHA-256", "content": content}],
            }
            for file, content in recorded["files"].items()
        ],
    }


def not_as_locked(found: Mapping[str, Any]) -> list[str]:
    """List what is locked for nixdrift, and is not in a bill in that version."""
    named = {canonicalize_name(one["name"]): one["version"] for one in found["components"]}
    return [str(one.requirement) for one in locked("runtime") if one.is_for() and named.get(one.name) != one.version]


def written(found: Mapping[str, Any]) -> str:
    """Write a bill as a text. Raises ValueError where it is not what the schema of CycloneDX wants."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(found, indent=2, sort_keys=True) + "\n"
    error = JsonStrictValidator(SchemaVersion.from_version(found["specVersion"])).validate_str(text)
    if error is not None:
        raise ValueError(f"not CycloneDX {found['specVersion']}: {error}")
    return text


def write(file: Path, time: str | None = None) -> None:
    """Write the bill of a release."""
    found = bill(time)
    different = not_as_locked(found)
    if different:
        raise SystemExit(f"not installed as it is locked: {', '.join(different)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(written(found))


def main() -> None:
    """Write the bill where it is wanted."""
    parser = ArgumentParser(prog="python -m tests.materials", description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    write(parser.parse_args().output)


if __name__ == "__main__":
    main()
