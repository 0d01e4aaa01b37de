"""Real Nix says what is deployed: profiles of this machine, binary caches, other machines, what was built."""

from dataclasses import replace
from pathlib import Path

import pytest

from nixdrift.deployment import foreign, known_paths, parse_listing
from nixdrift.derivation.stored import Texts
from nixdrift.errors import EvaluationError, UsageError
from nixdrift.model import StorePath, name_of
from nixdrift.nix.closures import closures
from nixdrift.nix.deployed import closure_of, held_by_store, runtime_closure, source_closure
from tests.nix.building import Built, build_app, building_nix, run_by_shell
from tests.servers import serving_files

GONE = StorePath(f"{'0' * 32}-gone")

SSH = """#!/bin/sh
# What ssh does once it is connected, without a connection: the command runs here.
[ "$1" = -O ] && exit 255
command=
for word in "$@"; do
  case "$word" in
    -oLocalCommand=*) echo started ;;
    -x|-a|--|-o*|machine) ;;
    *) command="$command $word" ;;
  esac
done
exec $command
"""


@pytest.fixture
def built(nix_bin: Path, tmp_path: Path) -> Built:
    return build_app(building_nix(nix_bin, tmp_path / "machine"))


def linked(link: Path, target: Path) -> Path:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    return link


def test_a_profile_link_gives_the_closure_with_its_sizes(built: Built, tmp_path: Path) -> None:
    generation = linked(tmp_path / "profiles" / "system-1-link", built.full(built.app))
    profile = linked(tmp_path / "profiles" / "system", Path("system-1-link"))
    for path in (profile, generation, linked(tmp_path / "current", profile), built.full(built.app)):
        deployed = closure_of(built.nix, path)
        assert deployed.paths == deployed.sizes.keys() == built.closure
        assert (deployed.store_dir, deployed.is_closure) == (built.nix.store_dir, True)
        assert deployed.described == str(path)
    assert sum(deployed.sizes.values()) > 200


def test_a_store_object_that_is_a_link_is_not_followed_to_another(built: Built, tmp_path: Path) -> None:
    link = run_by_shell(built.nix, "link", "/bin/ln -s $lib $out", lib=f'/. + "{built.full(built.lib)}"')
    assert built.full(link).is_symlink()
    deployed = closure_of(built.nix, linked(tmp_path / "result", built.full(link)))
    assert link in deployed.paths


def test_a_path_below_a_linked_directory_leads_to_that_object(built: Built, tmp_path: Path) -> None:
    tree = run_by_shell(built.nix, "tree", "/bin/mkdir -p $out/bin")
    linked(tmp_path / "current", built.full(tree))
    assert closure_of(built.nix, tmp_path / "current" / "bin").paths == {tree}


def test_the_private_store_of_a_run_is_not_asked(built: Built, tmp_path: Path) -> None:
    private = replace(built.nix, store_root=tmp_path / "private")
    assert closure_of(private, built.full(built.app)).paths == built.closure
    assert runtime_closure(private, [built.app]) is not None
    assert not (tmp_path / "private").exists()


def test_the_store_that_the_user_named_is_asked(built: Built, tmp_path: Path) -> None:
    named = replace(built.nix, settings=replace(built.nix.settings, store=tmp_path / "named"))
    with pytest.raises(EvaluationError, match=r"leads to \S+-app, of which the closure is not known: .*not valid"):
        closure_of(named, built.full(built.app))
    finished = replace(named, store_root=tmp_path / "named").call(
        "nix-store", "--add", str(linked(tmp_path / "file", Path("nowhere")))
    )
    added = StorePath(finished.stdout.decode().strip().rpartition("/")[2])
    inside = Path(str(tmp_path / "named") + built.nix.store_dir) / added
    assert closure_of(named, inside).paths == closure_of(named, built.full(added)).paths == {added}


def test_what_leads_into_no_store_is_said(built: Built, tmp_path: Path) -> None:
    around = linked(tmp_path / "around", tmp_path / "around")
    for path in (tmp_path, tmp_path / "absent", around, Path(built.nix.store_dir)):
        with pytest.raises(UsageError, match="leads into no store") as raised:
            closure_of(built.nix, path)
        assert built.nix.store_dir in str(raised.value.hint)


def test_a_link_to_what_was_collected_is_said(built: Built, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"result leads to 0{32}-gone, of which .*: .*is not valid") as raised:
        closure_of(built.nix, linked(tmp_path / "result", built.full(GONE)))
    assert "--store DIR" in str(raised.value.hint)


def test_a_binary_cache_says_what_it_has(built: Built, tmp_path: Path) -> None:
    url = built.cache(tmp_path / "cache", built.lib)
    deployed = held_by_store(built.nix, url, [built.app, built.lib, GONE])
    assert deployed.paths == deployed.sizes.keys() == {built.lib}
    assert (deployed.is_closure, deployed.described) == (False, f"the store {url}")


def test_a_store_that_has_nothing_of_it_is_no_error(built: Built, tmp_path: Path) -> None:
    url = built.cache(tmp_path / "cache")
    assert held_by_store(built.nix, url, [GONE]).paths == frozenset()
    assert held_by_store(built.nix, url, []).paths == frozenset()


@pytest.mark.parametrize("scheme", ["ssh-ng", "ssh"])
def test_another_machine_is_asked_over_ssh(built: Built, tmp_path: Path, scheme: str) -> None:
    ssh = tmp_path / "machine" / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(SSH)
    ssh.chmod(0o755)
    deployed = held_by_store(built.nix, f"{scheme}://machine", [built.app, built.lib, GONE])
    assert deployed.paths == deployed.sizes.keys() == built.closure


def test_more_paths_than_a_command_line_holds_are_asked(built: Built, tmp_path: Path) -> None:
    url = built.cache(tmp_path / "cache")
    many = [StorePath(f"{number:032}-{'long' * 25}") for number in range(2500)]
    assert held_by_store(built.nix, url, [*many, built.app]).paths == {built.app}


def test_a_name_that_a_url_could_have_is_asked_for_as_it_is(built: Built) -> None:
    odd = run_by_shell(built.nix, "a?b=1+_.-", "echo > $out")
    assert held_by_store(built.nix, "auto", [odd]).paths == {odd}


@pytest.mark.parametrize("url", ["file://{}", "local?root={}"])
def test_a_local_store_that_is_not_there_is_not_made(built: Built, tmp_path: Path, url: str) -> None:
    with pytest.raises(EvaluationError, match=r"there is no store at .*absent.* does not exist") as raised:
        held_by_store(built.nix, url.format(tmp_path / "absent"), [built.app])
    assert raised.value.hint
    assert not (tmp_path / "absent").exists()


def test_a_directory_that_is_no_cache_stays_as_it_is(built: Built, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(EvaluationError, match="nix-cache-info does not exist"):
        held_by_store(built.nix, f"file://{tmp_path}/photos", [built.app])
    assert list((tmp_path / "photos").iterdir()) == []


def test_a_cache_of_another_store_directory_is_said(built: Built, tmp_path: Path) -> None:
    url = built.cache(tmp_path / "cache")
    info = tmp_path / "cache" / "nix-cache-info"
    info.write_text(info.read_text().replace(built.nix.store_dir, "/gnu/store"))
    with pytest.raises(EvaluationError, match=r"does not answer: .*is for Nix stores with prefix '/gnu/store'"):
        held_by_store(built.nix, url, [built.app])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("unix:///nowhere/socket", "cannot connect to socket"),
        ("bogus://x", "don't know how to open Nix store"),
        ("ssh-ng://machine", "connect|connection"),
    ],
)
def test_a_store_that_does_not_answer_is_an_error_with_what_nix_said(
    built: Built, tmp_path: Path, url: str, said: str
) -> None:
    ssh = tmp_path / "machine" / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text("#!/bin/sh\nexit 255\n")
    ssh.chmod(0o755)
    with pytest.raises(EvaluationError, match=f"{url} does not answer: .*({said})") as raised:
        held_by_store(built.nix, url, [built.app])
    assert f"nix store ping --store {url}" in str(raised.value.hint)


def test_a_password_in_a_url_is_not_repeated(built: Built) -> None:
    with pytest.raises(EvaluationError) as raised:
        held_by_store(built.nix, "bogus://me:secret@cache/x", [built.app])
    assert "bogus://me:…@cache/x does not answer" in raised.value.message
    assert "secret" not in raised.value.message + str(raised.value.hint)


@pytest.mark.parametrize(
    "url", ["--help", "-v", "", "file://relative", "local?root=relative", "file:///x\n", "file:///\0", "://x", "/nix"]
)
def test_what_is_no_url_of_a_store_never_reaches_nix(built: Built, url: str) -> None:
    with pytest.raises(UsageError) as raised:
        held_by_store(built.nix, url, [built.app])
    assert raised.value.hint


def test_a_cache_is_asked_again_and_not_what_nix_remembers_of_it(built: Built, tmp_path: Path) -> None:
    built.cache(tmp_path / "cache", built.lib)
    with serving_files(tmp_path / "cache") as (url, _asked):
        assert held_by_store(built.nix, url, built.closure).paths == {built.lib}
        built.cache(tmp_path / "cache")
        assert held_by_store(built.nix, url, built.closure).paths == built.closure
        for file in (tmp_path / "cache").glob("*.narinfo"):
            file.unlink()
        assert held_by_store(built.nix, url, built.closure).paths == frozenset()


def test_the_runtime_closure_is_known_where_everything_is_built(built: Built, tmp_path: Path) -> None:
    found = runtime_closure(built.nix, [built.app])
    assert found is not None
    assert found.paths == found.sizes.keys() == built.closure
    assert runtime_closure(built.nix, [built.app, built.app]) == found
    assert runtime_closure(built.nix, [built.app, GONE]) is None
    url = built.cache(tmp_path / "cache")
    there = runtime_closure(built.nix, [built.app], url)
    assert there is not None
    assert (there.paths, there.sizes) == (found.paths, found.sizes)
    assert runtime_closure(built.nix, [GONE], url) is None


def test_what_a_text_refers_to_comes_with_it(built: Built, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file\n")
    text = f'builtins.toFile "text" "${{/. + "{tmp_path}/file"}}"'
    app = run_by_shell(built.nix, "reader", "echo $text > $out", text=text)
    deployed = closure_of(built.nix, built.full(app))
    assert {name_of(path) for path in deployed.paths} == {"reader", "text", "file"}
    sources = [path for path in deployed.paths if name_of(path) == "text"]
    assert source_closure(built.nix, sources) == deployed.paths - {app}


def test_all_that_is_deployed_was_known_before_it_was_built(built: Built, tmp_path: Path) -> None:
    for name in ("file", "source"):
        (tmp_path / name).write_text(f"{name}\n")
    given = {
        "text": f'builtins.toFile "text" "${{/. + "{tmp_path}/file"}}"',
        "src": f'/. + "{tmp_path}/source"',
        "lib": 'derivation { name = "lib"; system = builtins.currentSystem; builder = "/bin/sh"; '
        'outputs = [ "out" "dev" ]; args = [ "-c" "echo > $out; echo > $dev" ]; }',
    }
    app = run_by_shell(built.nix, "app", "echo $text $src $lib > $out", **given)
    deployed = closure_of(built.nix, built.full(app))
    assert {name_of(path) for path in deployed.paths} == {"app", "text", "file", "source", "lib"}
    deriver = built.nix.call("nix-store", "--query", "--deriver", str(built.full(app))).stdout.decode().strip()
    derivations = closures(built.nix, [StorePath(Path(deriver).name)], Texts())
    known = known_paths(derivations)
    assert {name_of(path) for path in foreign(deployed, known)} == {"file"}
    sources = {path for one in derivations.values() for path in one.input_sources}
    assert foreign(deployed, known | source_closure(built.nix, sources)) == ()


def test_source_closures_of_what_the_store_does_not_have_are_the_sources_themselves(built: Built) -> None:
    assert source_closure(built.nix, [GONE]) == {GONE}
    assert source_closure(built.nix, []) == frozenset()


ASKED = (
    ("nix-store", "--query", "--requisites"),
    ("nix", "path-info", "--json", "--recursive"),
    ("nix", "path-info", "--json", "--recursive", "--closure-size", "--sigs"),
    ("nix", "path-info", "--json", "--recursive", "--json-format", "1"),
    ("nix", "path-info", "--json", "--recursive", "--json-format", "2"),
)


def test_the_lists_that_nix_prints_say_the_same(built: Built) -> None:
    expected = closure_of(built.nix, built.full(built.app))
    for arguments in ASKED:
        finished = built.nix.call(*arguments, str(built.full(built.app)))
        if "unrecognised flag '--json-format'" in finished.stderr:
            assert not built.nix.version.startswith("2.34")
            continue
        found = parse_listing(finished.stdout, source="a list")
        assert (found.paths, found.store_dir) == (expected.paths, expected.store_dir)
        assert found.sizes == ({} if arguments[0] == "nix-store" else expected.sizes)
