"""Random healthy merges: everything that people do to a project that is wired rightly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from tests.mutation.project import Service, Style


@dataclass
class State:
    """A project in the making: its services, and its files without the expression."""

    services: list[Service]
    files: dict[str, str]

    def copy(self) -> "State":
        """Give another state that can be changed by itself."""
        return State(list(self.services), dict(self.files))


Edit = Callable[[State, Random], None]


def _own(state: State, random: Random) -> None:
    service = random.choice(state.services)
    names = [path for path in state.files if path.startswith(f"{service.directory}/") and _is_code(path)]
    path = random.choice(sorted(names))
    state.files[path] += f"// {random.random()}\n"


def _is_code(path: str) -> bool:
    return path.endswith((".go", ".txt")) and "/testdata/" not in path


def _shared(state: State, random: Random) -> None:
    path = random.choice(["platform/launch.sh", "platform/limits.txt", "library/log.go", "library/net.go"])
    state.files[path] += f"# {random.random()}\n"


def _documentation(state: State, random: Random) -> None:
    path = random.choice(["README.md", "docs/operations.md", *(f"{one.directory}/README.md" for one in state.services)])
    state.files[path] = state.files.get(path, "") + f"{random.random()}\n"


def _test_data(state: State, random: Random) -> None:
    service = random.choice(state.services)
    state.files[f"{service.directory}/testdata/case-{random.randrange(1000)}.txt"] = f"{random.random()}\n"


def _added(state: State, random: Random) -> None:
    service = random.choice(state.services)
    state.files[f"{service.directory}/data/added-{random.randrange(1000)}.txt"] = f"{random.random()}\n"


def _removed(state: State, random: Random) -> None:
    service = random.choice(state.services)
    paths = sorted(path for path in state.files if path.startswith(f"{service.directory}/data/"))
    if len(paths) > 1:
        del state.files[random.choice(paths)]


def _renamed(state: State, random: Random) -> None:
    service = random.choice(state.services)
    paths = sorted(path for path in state.files if path.startswith(f"{service.directory}/data/"))
    old = random.choice(paths)
    state.files[f"{service.directory}/data/moved-{random.randrange(1000)}.txt"] = state.files.pop(old)


def _read(state: State, random: Random) -> None:
    reading = [one for one in state.services if one.style is Style.READING]
    service = random.choice(reading)
    state.files[f"{service.directory}/config.json"] = f'{{ "image": "{service.name}-{random.randrange(1000)}" }}\n'


def _version(state: State, random: Random) -> None:
    place = random.randrange(len(state.services))
    state.services[place] = replace(state.services[place], version=state.services[place].version + 1)


def _dependency(state: State, random: Random) -> None:
    place = random.randrange(1, len(state.services))
    service = state.services[place]
    other = random.choice(state.services[:place]).name
    state.services[place] = replace(service, inputs=tuple(sorted({*service.inputs, other})))


def _locked(state: State, random: Random) -> None:
    places = [place for place, one in enumerate(state.services) if one.style is Style.VENDORED]
    place = random.choice(places)
    service = state.services[place]
    state.files[f"{service.directory}/go.mod"] += f"// {random.random()}\n"
    state.services[place] = replace(service, digest=f"{random.getrandbits(256):064x}")


def _wider(state: State, random: Random) -> None:
    places = [place for place, one in enumerate(state.services) if one.style in {Style.FILTERED, Style.ALLOWED}]
    if places:
        place = random.choice(places)
        state.services[place] = replace(state.services[place], style=Style.WHOLE)


EDITS: tuple[Edit, ...] = (
    _own, _own, _own, _shared, _documentation, _test_data, _added, _removed, _renamed, _read, _version, _dependency,
    _locked, _wider,
)  # fmt: skip


def merge(state: State, random: Random) -> State:
    """Give a state in which one to five things have been done."""
    after = state.copy()
    for edit in random.choices(EDITS, k=random.randint(1, 5)):
        edit(after, random)
    return after
