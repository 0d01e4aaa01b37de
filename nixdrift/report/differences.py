"""In what two derivations differ, as plain JSON values."""

from typing import Any

from nixdrift.difference import FieldDifference, InputDifference, OwnDifferences, SourceDifference
from nixdrift.report.escapes import clean, clean_lines, paths_document
from nixdrift.report.page import cut

LONGEST_TEXT = 4000
"""How many characters of a text a report of many components has; `nixdrift explain` has all."""


def difference_document(one: OwnDifferences, *, longest: int | None = None) -> dict[str, Any]:
    """Give in what two derivations differ by themselves; ``longest`` is for the texts in it, in characters."""
    return {
        "fields": [_field(field, longest) for field in one.fields],
        "sources": [_source(source) for source in one.sources],
        "inputs": [_input(used) for used in one.inputs],
    }


def _field(one: FieldDifference, longest: int | None) -> dict[str, Any]:
    name = None if one.name is None else clean(one.name)
    before, after = _text(one.before, longest), _text(one.after, longest)
    return {"field": one.field, "name": name, "before": before, "after": after}


def _text(text: str | None, longest: int | None) -> str | None:
    if text is None:
        return None
    return clean_lines(text if longest is None else cut(text, longest))


def _source(one: SourceDifference) -> dict[str, Any]:
    before, after = (None if origins is None else paths_document(origins) for origins in (one.before, one.after))
    return {"name": clean(one.name), "before": before, "after": after, "changed_paths": paths_document(one.paths)}


def _input(one: InputDifference) -> dict[str, Any]:
    before, after = (None if used is None else clean(used) for used in (one.before, one.after))
    return {"name": clean(one.name), "before": before, "after": after}
