"""Every command that the documentation shows is called: it works, and writes what is shown."""

from pathlib import Path

import pytest

from tests.documentation.blocks import command_blocks, documents, transcript
from tests.documentation.exceptions import NOT_RUN, is_run
from tests.documentation.running import call_all

DOCUMENTS = [document for document in documents() if command_blocks(document)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_of_a_page_work_and_write_what_is_shown(document: str, newest_nix: Path, tmp_path: Path) -> None:
    wrong: list[str] = []
    for block, called in call_all(command_blocks(document), tmp_path, newest_nix):
        if block.shows_output:
            assert transcript(block, [one.output for one in called]) == block.text
        else:
            wrong += [one.complaint for one in called if one.complaint]

    assert not wrong, "\n".join(wrong)


def test_what_is_not_called_is_in_the_documentation_and_shows_no_output() -> None:
    blocks = [block for document in DOCUMENTS for block in command_blocks(document)]
    left_out = {command: block for block in blocks for command in block.commands if not is_run(command)}

    assert [absent for absent in NOT_RUN if not any(absent in command for command in left_out)] == []
    assert [block.text for block in left_out.values() if block.shows_output] == []
