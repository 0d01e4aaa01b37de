"""No secret is in any report, however it is written."""

from collections.abc import Mapping

import pytest

from nixdrift.model import StorePath
from nixdrift.parity.document import parity_json
from nixdrift.parity.text import parity_text
from tests.parity.roots import Roots, parity, referring, with_env
from tests.worlds import Revision

HOSTILE = {
    "API_TOKEN": "hunter2",
    "CONFIG": '{"db": {"password": "hunter2"}, "x": 1}',
    "NUMBER": '{"signing_key": 8765432187654321}',
    "SCRIPT": "curl --password hunter2 -H 'Authorization: Bearer hunter2' https://me:hunter2@example.org",
    "LINES": "export DB_PASSWORD='hunter2 hunter2'\nrun\n",
    "VARIABLES": '[{"name": "DB_PASSWORD", "value": "hunter2"}]',
    "NESTED": '{"containers": [{"env": [{"name": "TOKEN", "value": "hunter2"}]}]}',
    "INSIDE": '{"json": "{\\"password\\": \\"hunter2\\"}"}',
    "secrets.json": "hunter2",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("production", [{}, {"other": "x"}])
def test_no_secret_is_in_any_report(name: str, production: Mapping[str, str]) -> None:
    value = HOSTILE[name]
    changed = value.replace("hunter2", "swordfish").replace("8765432187654321", "1234567812345678")
    there = {name: changed, **production} if production else production
    found = parity(with_env({name: value}, there))
    reports = parity_json(found).decode() + parity_text(found)

    assert [one for one in ("hunter2", "swordfish", "87654321", "12345678") if one in reports] == []
    assert "<masked #1>" in reports


FILES = {
    "app.env": 'DB_PASSWORD="hunter2"\nA=1\n',
    "app.json": '{"service": {"credentials": {"user": "hunter2"}}}',
    "app.toml": "[service]\nclient_secret = 'hunter2'\n",
    "app.conf": "listen 80;\npassword = hunter2\n",
    "secrets.env": "A=hunter2\n",
    "app.yaml": "password: |\n  hunter2\n",
    "app.xml": "<app><password>hunter2</password></app>\n",
    "netrc": "machine example.org\nlogin me\npassword hunter2\n",
    "deployment.json": '{"env": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "A", "value": "1"}]}',
    "id_rsa": "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("name", FILES)
def test_no_secret_in_a_file_is_in_any_report(name: str) -> None:
    def expression(revision: Revision) -> Roots:
        def root(root: str, content: str) -> StorePath:
            return revision.derive(root, [], [revision.derive(name, env={"text": content})], env={"inputs": ""})

        changed = FILES[name].replace("hunter2", "swordfish")
        return {"staging": root("staging", FILES[name]), "production": root("production", changed)}

    found = parity(expression)
    reports = parity_json(found).decode() + parity_text(found)

    assert len(found.differences) == 1
    assert [one for one in ("hunter2", "swordfish") if one in reports] == []
    assert "<masked #1>" in reports


def test_a_secret_that_is_the_name_of_something_is_not_told_by_what_it_refers_to() -> None:
    def expression(revision: Revision) -> Roots:
        input_ = revision.derive("hunter2")
        return {
            name: revision.derive(name, [], [input_], env={"inputs": "", "TOKEN": token})
            for name, token in (("staging", "hunter2"), ("production", "swordfish"))
        }

    assert referring(parity(expression), "env.TOKEN") == []
