"""What looks like a secret is masked, and what a person needs to see is not."""

import pytest

from nixdrift.explanation.secrets import Masker

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----"
RANDOM = "q7Zp2Lx9Vw4Kd8Rt1Bn6Ym3Hc5Js0GfA"

SECRETS = [
    ("API_TOKEN", "abc", "abc"),
    ("GITHUB_TOKEN", "x", "x"),
    ("clientSecret", "hunter2", "hunter2"),
    ("DB_PASSWORD", "hunter2", "hunter2"),
    ("SIGNING_KEY", "hunter2", "hunter2"),
    ("AWS_ACCESS_KEY_ID", "hunter2", "hunter2"),
    ("key", "hunter2", "hunter2"),
    ("script", f"cat > key <<E\n{KEY}\nE\n", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"),
    ("script", KEY.split("-----END")[0], "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"),
    ("script", "curl -H 'Authorization: ghp_abcdefgh12345678'", "ghp_abcdefgh12345678"),
    ("script", "export AWS=AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
    ("url", "https://deploy:hunter2@example.org/x", "hunter2"),
    ("script", "PASSWORD=hunter2 ./run", "hunter2"),
    ("config", '{"api_key": "hunter2"}', "hunter2"),
    ("config", "client-token: hunter2", "hunter2"),
    ("text", f"use {RANDOM} here", RANDOM),
    (None, f"--with={RANDOM}", RANDOM),
    ("script", "DB_PASSWORD_PROD=hunter2", "hunter2"),
    ("script", "signing_key = hunter2", "hunter2"),
    ("script", 'password = "correct horse battery"', "battery"),
    ("script", "password = 'correct horse battery'", "battery"),
    ("script", 'password = "with \\"quotes\\" hunter2"', "hunter2"),
    ("config", '{"DB_KEY": "hun\\"ter2"}', "ter2"),
    ("config", "password: 'x'", "'x'"),
    (None, "--password\nhunter2\n--verbose", "hunter2"),
    (None, "run --api-key hunter2", "hunter2"),
    ("config", "password: |\n  hunter2\n  more\nx: y", "hunter2"),
    ("config", "clientSecret: >-\n  hunter2", "hunter2"),
    ("config", "<password>hunter2</password>", "hunter2"),
    ("netrc", "machine example.org login me password hunter2", "hunter2"),
    ("config", "requirepass hunter2\n", "hunter2"),
    ("script", 'COMMAND="password=hunter2 run"', "hunter2"),
    ("script", 'run --with "--password hunter2"', "hunter2"),
    ("config", '{"a": "{\\"b\\": \\"x\\", \\"password\\": \\"hunter2\\"}"}', "hunter2"),
    ("config", "password = -hunter2", "hunter2"),
    ("script", "PASSWORD='first\nhunter2'", "hunter2"),
    ("script", 'PASSWORD="hunter2', "hunter2"),
    ("config", "password=ab<hunter2", "hunter2"),
    ("config", "password = $2y$10$hunter2", "hunter2"),
    ("config", "password=abc$hunter2", "hunter2"),
    ("config", 'admin { password "hunter2"; }', "hunter2"),
    (None, 'run --password "hunter2 hunter2"', "hunter2"),
    (None, "run --password 'hunter2 hunter2'", "hunter2"),
    (None, "--password\nhunter2 hunter2\nx", "hunter2"),
    ("config", '"{\\"password\\": \\"hunter2\\"}"', "hunter2"),
    ("config", '{"name": "DB_PASSWORD", "value": "hunter2"}', "hunter2"),
    ("config", "- name: DB_PASSWORD\n  value: hunter2\n", "hunter2"),
    ("script", "curl -H 'Authorization: Bearer hunter2'", "hunter2"),
    ("script", "curl -H 'Authorization: Basic aHVudGVyMg=='", "aHVudGVyMg"),
]

HARMLESS = [
    ("script", "set -e\nmake install\n"),
    ("outputHash", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("vendor", "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("rev", "2f1a9e0c4b7d8e6f5a3c1b0d9e8f7a6b5c4d3e2f"),
    ("text", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("src", "/nix/store/0c6kzph7l0dcbfmjap64f0czdafn3b7x-goinstance"),
    ("PATH", "/usr/local/share/SomeVeryLongDirectoryNameOfAProgram2/bin"),
    ("phases", "unpackPhase patchPhase configurePhase buildPhase checkPhase installPhase"),
    ("text", "aVeryLongIdentifierInCamelCaseWithA1DigitInIt"),
    ("KEYBOARD", "us"),
    ("monkey", "banana"),
    ("TOKEN", ""),
    ("script", 'token="$TOKEN"'),
    ("script", "tokens are cheap"),
    ("config", "steps: |\n  make\n  make install\n"),
    ("config", "<name>x</name>"),
    ("config", "listen 80;"),
    ("config", "- name: LEVEL\n  value: debug\n"),
    ("script", "password=${1:-}"),
    ("script", "password=$(cat /run/password)"),
    (None, "--password\n--verbose"),
]


@pytest.mark.parametrize(("name", "text", "secret"), SECRETS)
def test_a_secret_is_masked(name: str | None, text: str, secret: str) -> None:
    masked = Masker().mask(text, name)

    assert secret not in masked
    assert "<masked #1>" in masked


@pytest.mark.parametrize(("name", "text"), HARMLESS)
def test_what_is_no_secret_stays(name: str, text: str) -> None:
    assert Masker().mask(text, name) == text


def test_it_can_be_seen_whether_a_secret_changed() -> None:
    masker = Masker()

    assert masker.mask("one", "TOKEN") == masker.mask("one", "SECRET")
    assert masker.mask("one", "TOKEN") != masker.mask("two", "TOKEN")


def test_what_surrounds_a_secret_stays() -> None:
    text = f"before\n{KEY}\nafter"

    assert Masker().mask(text, "script") == "before\n<masked #1>\nafter"


def test_what_is_under_the_name_of_a_secret_is_one() -> None:
    masker = Masker()

    assert masker.mask("hunter2", "secrets", "database") == "<masked #1>"
    assert masker.mask("hunter2", "service", "database") == "hunter2"


def test_a_long_text_is_looked_through_in_time() -> None:
    text = "a" * 200_000 + "-b" * 50_000 + " " * 50_000

    assert Masker().mask(text, "script") == text
    for part in ('password="', "password='a", "--password ", "name: password value: ", "<password>", "password:|\n "):
        assert Masker().mask(part * 10_000, "script")
