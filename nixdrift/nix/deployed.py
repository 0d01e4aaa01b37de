"""What is deployed, asked of Nix: a profile of this machine, a store somewhere, a closure that was built."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nixdrift.deployment.deployed import Deployed
from nixdrift.deployment.path_info import PathInfo, read_path_info
from nixdrift.errors import EvaluationError, NixdriftError, UsageError
from nixdrift.model import StorePath
from nixdrift.nix.closures import chunks
from nixdrift.nix.messages import message_of
from nixdrift.nix.process import Finished
from nixdrift.nix.program import Nix
from nixdrift.nix.store_links import store_object, store_places
from nixdrift.nix.store_urls import directories_of, is_store_url, scheme_of, without_password

_ALWAYS_ASK = ("--option", "narinfo-cache-negative-ttl", "0", "--option", "narinfo-cache-positive-ttl", "0")
"""Nix remembers for an hour what a binary cache did not have, and for a month what it had: not what is there now."""


def closure_of(nix: Nix, path: Path) -> Deployed:
    """Give the closure of a profile, a ``result`` or any other path that leads into the store.

    It is asked of the machine's store, or of the one that the user named, and never of a private store of this run.
    Raises `UsageError` where the path leads into no store, `EvaluationError` where the store does not have it.
    """
    store = _Store(_of_the_machine(nix))
    target = store_object(path, store_places(store.nix))
    if target is None:
        raise UsageError(
            f"{path} leads into no store", hint=f"name a profile, a result link, or a path in {nix.store_dir}"
        )
    infos = _valid(store.ask([target], "--recursive", refused=_not_there(path, target)))
    return _deployed(nix, infos, str(path), is_closure=True)


def held_by_store(nix: Nix, url: str, paths: Iterable[StorePath]) -> Deployed:
    """Ask a store by its URL which of some paths it has.

    Raises `UsageError` for what is no URL, `EvaluationError` where there is no store or it does not answer.
    """
    store = _opened(nix, url)
    return _deployed(nix, store.held(sorted(set(paths))), f"the store {store.name}", is_closure=False)


def runtime_closure(nix: Nix, outputs: Iterable[StorePath], url: str | None = None) -> Deployed | None:
    """Give all that some outputs refer to, of this machine's store or of the one at a URL; None: not all are built.

    Raises `EvaluationError` where that store does not answer.
    """
    store = _opened(nix, url) if url is not None else _Store(_of_the_machine(nix))
    wanted = sorted(set(outputs))
    if len(store.held(wanted)) < len(wanted):
        return None
    return _deployed(nix, _valid(store.ask(wanted, "--recursive")), f"what is built in {store.name}", is_closure=True)


def source_closure(nix: Nix, sources: Iterable[StorePath]) -> frozenset[StorePath]:
    """Give input sources and all that they refer to, asked of the store in which the evaluation put them.

    What a text refers to comes with it when it is deployed, and is no input source of anything.
    """
    found: set[StorePath] = set()
    pending = set(sources)
    while pending:
        found |= pending
        infos = _valid(_Store(nix).ask(sorted(pending)))
        pending = {used for info in infos.values() for used in info.references} - found
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Store:
    """A Nix and the store that it is to ask."""

    nix: Nix
    url: str | None = None

    @property
    def name(self) -> str:
        return without_password(self.url) if self.url is not None else "this machine's store"

    def ask(
        self, paths: Collection[StorePath], *flags: str, refused: NixdriftError | None = None
    ) -> dict[StorePath, PathInfo | None]:
        """Ask what the store knows of some paths, with ``--recursive`` of all that they refer to as well."""
        infos: dict[StorePath, PathInfo | None] = {}
        for chunk in self._chunks(paths):
            finished = self._path_info(*flags, *chunk)
            if finished.status != 0:
                raise self._failure(finished, refused)
            infos.update(read_path_info(finished.stdout, source="nix path-info").infos)
        silent = [path for path in paths if path not in infos]
        if silent:
            raise EvaluationError(f"{self.name} does not say whether it has {silent[0]}", hint=self._try())
        return infos

    def held(self, paths: Collection[StorePath]) -> dict[StorePath, PathInfo]:
        """Give what the store knows of those paths that it has."""
        if self.url is not None and scheme_of(self.url) == "ssh-ng":
            # There, a path that is missing would be looked for in that machine's substituters.
            paths = self._checked(paths)
        return _valid(self.ask(paths))

    def _checked(self, paths: Collection[StorePath]) -> list[StorePath]:
        invalid: set[str] = set()
        for chunk in self._chunks(paths):
            finished = self._call("nix-store", "--check-validity", "--print-invalid", *chunk)
            if finished.status != 0:
                raise self._failure(finished)
            invalid.update(line.rpartition("/")[2] for line in finished.stdout.decode().splitlines())
        return [path for path in paths if path not in invalid]

    def _chunks(self, paths: Collection[StorePath]) -> Iterable[list[str]]:
        return chunks([f"{self.nix.store_dir}/{path}" for path in paths])

    def _path_info(self, *arguments: str) -> Finished:
        """Call it without a format, which older releases do not know; a later one may ask for it."""
        finished = self._call("nix", "path-info", "--json", *arguments)
        if finished.status != 0 and "--json-format" in finished.stderr:
            return self._call("nix", "path-info", "--json", "--json-format", "2", *arguments)
        return finished

    def _call(self, program: str, *arguments: str) -> Finished:
        url = () if self.url is None else ("--store", self.url)
        return self.nix.call(program, *arguments, *url, *_ALWAYS_ASK)

    def _failure(self, finished: Finished, refused: NixdriftError | None = None) -> NixdriftError:
        said = message_of(finished.stderr)
        if self.url is not None:
            said = said.replace(self.url, self.name)
        if refused is not None:
            return type(refused)(f"{refused.message}: {said}", hint=refused.hint)
        return EvaluationError(f"{self.name} does not answer: {said}", hint=self._try())

    def _try(self) -> str:
        return f"does Nix reach it? try `nix store ping --store {self.name}`" if self.url else "try `nix store ping`"


def _of_the_machine(nix: Nix) -> Nix:
    """Give the same Nix with the machine's own store, or the one that the user named."""
    named = nix.settings.store
    return replace(nix, store_root=named.absolute() if named is not None else None)


def _opened(nix: Nix, url: str) -> _Store:
    """Make sure that a store is there: where a local one is not, Nix would make one, and find it empty."""
    if not is_store_url(url) or not url.isprintable():
        raise UsageError(
            f"not the URL of a store: {url!r:.100}", hint="write it as Nix's --store takes it, such as ssh-ng://host"
        )
    options = tuple(option for option in nix.settings.options if option[0] != "store")
    store = _Store(replace(nix, store_root=None, settings=replace(nix.settings, options=options)), url)
    directories = directories_of(url)
    if not all(directory.is_absolute() for directory in directories):
        raise UsageError(f"{store.name} is not an absolute path", hint="name the directory from the root on")
    within = "nix-cache-info" if scheme_of(url) == "file" else nix.store_dir.lstrip("/")
    if directories and not any((directory / within).exists() for directory in directories):
        raise EvaluationError(
            f"there is no store at {store.name}: {directories[0] / within} does not exist",
            hint="is it mounted, and is the path right? Nix would make an empty one",
        )
    return store


def _not_there(path: Path, target: StorePath) -> NixdriftError:
    return EvaluationError(
        f"{path} leads to {target}, of which the closure is not known",
        hint="does it belong to another store? name that one: --store DIR",
    )


def _valid(infos: dict[StorePath, PathInfo | None]) -> dict[StorePath, PathInfo]:
    return {path: info for path, info in infos.items() if info is not None}


def _deployed(nix: Nix, infos: dict[StorePath, PathInfo], described: str, *, is_closure: bool) -> Deployed:
    sizes = {path: info.size for path, info in infos.items() if info.size is not None}
    return Deployed(frozenset(infos), sizes, nix.store_dir, is_closure, described)
