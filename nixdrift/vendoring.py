"""Vendored dependencies: which lock files they are made from, and by which names they are recognised."""

from dataclasses import dataclass

from nixdrift.manifests import is_requirements

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecosystem:
    """What one package manager calls its lock files, and Nix's builders what they vendor with it."""

    locks: Names
    attributes: Names
    """Attributes in which what is built has its vendored dependencies."""
    names: Names
    """How derivations that hold them are called: what their names end with, or, with a dash behind it, begin with."""
    hashes: Names = ()
    """Attributes in which what is built keeps their hash."""
    roots: Names = ()
    """Attributes that say in which directory of the sources the lock files lie."""

    def is_lock(self, path: str) -> bool:
        """Tell whether a path is one of its lock files."""
        return path.rpartition("/")[2] in self.locks or ("requirements.txt" in self.locks and is_requirements(path))

    def is_named(self, name: str) -> bool:
        """Tell whether a derivation is called as one that holds vendored dependencies."""
        return any(name.startswith(part) if part.endswith("-") else name.endswith(part) for part in self.names)


GO = Ecosystem(
    locks=("go.mod", "go.sum", "go.work", "go.work.sum"),
    attributes=("goModules", "go-modules"),
    names=("-go-modules", "go-modules-", "-vendor"),
    hashes=("vendorHash", "vendorSha256"),
    roots=("modRoot",),
)

ECOSYSTEMS = (
    GO,
    Ecosystem(
        locks=("Cargo.lock",),
        attributes=("cargoDeps", "cargoVendorDir"),
        names=("-vendor", "-vendor-staging", "-vendor.tar.gz", "-cargo-deps"),
        hashes=("cargoHash", "cargoSha256"),
        roots=("cargoRoot",),
    ),
    Ecosystem(
        locks=("package-lock.json", "npm-shrinkwrap.json"),
        attributes=("npmDeps",),
        names=("-npm-deps",),
        hashes=("npmDepsHash",),
        roots=("npmRoot",),
    ),
    Ecosystem(
        locks=("pnpm-lock.yaml",),
        attributes=("pnpmDeps",),
        names=("-pnpm-deps",),
        hashes=("pnpmDepsHash",),
        roots=("pnpmRoot",),
    ),
    Ecosystem(
        locks=("yarn.lock",),
        attributes=("yarnOfflineCache", "offlineCache"),
        names=("-yarn-deps", "-offline-cache", "-yarn-offline-cache", "-yarn-offline-mirror"),
        hashes=("yarnHash", "yarnDepsHash"),
        roots=("yarnRoot",),
    ),
    Ecosystem(
        locks=("bun.lock", "bun.lockb"),
        attributes=("node_modules", "nodeModules", "bunDeps"),
        names=("-node_modules", "-node-modules", "-bun-deps"),
    ),
    Ecosystem(locks=("deno.lock",), attributes=("denoDeps",), names=("-deno-deps",), hashes=("denoDepsHash",)),
    Ecosystem(
        locks=("poetry.lock", "uv.lock", "Pipfile.lock", "requirements.txt"),
        attributes=("pythonDeps", "wheels"),
        names=("-poetry-deps", "-uv-deps", "-pip-deps", "-python-deps", "-wheels"),
    ),
    Ecosystem(
        locks=("composer.lock",),
        attributes=("composerVendor", "composerRepository"),
        names=("-composer-vendor", "-composer-repository", "-vendor"),
        hashes=("vendorHash",),
    ),
    Ecosystem(locks=("mix.lock",), attributes=("mixFodDeps",), names=("-mix-deps", "mix-deps-"), hashes=("mixHash",)),
    Ecosystem(locks=("Gemfile.lock",), attributes=("gems",), names=("-gems", "-bundle"), hashes=("gemsHash",)),
    Ecosystem(locks=("gradle.lockfile",), attributes=("gradleDeps", "mitmCache"), names=("-gradle-deps",)),
    Ecosystem(locks=("packages.lock.json",), attributes=("nugetDeps",), names=("-nuget-deps",)),
    Ecosystem(locks=("pubspec.lock",), attributes=("pubCache",), names=("-pub-cache", "-dart-deps")),
    Ecosystem(locks=(), attributes=("mvnDeps", "fetchedMavenDeps"), names=("-maven-deps",), hashes=("mvnHash",)),
)

HASHES = tuple(dict.fromkeys(name for one in ECOSYSTEMS for name in one.hashes))
ROOTS = tuple(dict.fromkeys(name for one in ECOSYSTEMS for name in one.roots))


def ecosystems_of(name: str, attributes: frozenset[str] = frozenset()) -> tuple[Ecosystem, ...]:
    """Give the package managers whose vendored dependencies a derivation may hold.

    ``attributes`` are those in which others have it; they say more than its name does.
    """
    by_attribute = tuple(one for one in ECOSYSTEMS if attributes.intersection(one.attributes))
    return by_attribute or tuple(one for one in ECOSYSTEMS if one.is_named(name))
