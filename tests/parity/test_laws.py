"""What holds for any two roots."""

import json
from dataclasses import replace

import jsonschema
from hypothesis import given

from nixdrift.parity import compare_roots
from nixdrift.parity.document import parity_json, parity_schema
from nixdrift.parity.result import Difference
from tests.drawn import Drawn, drawn_worlds
from tests.parity.roots import operand


def as_is(one: Difference) -> tuple[object, ...]:
    references = sorted(("ba"[each.of_a], each.name, str(each.had_by)) for each in one.references)
    return one.address, one.mirrored, one.a, one.b, references, len(one.route), one.is_known


def swapped(one: Difference) -> tuple[object, ...]:
    other = {"a": "b", "b": "a", None: None}
    references = tuple(replace(each, of_a=not each.of_a, had_by=other[each.had_by]) for each in one.references)
    return as_is(replace(one, address=one.mirrored, mirrored=one.address, a=one.b, b=one.a, references=references))


@given(drawn_worlds(may_be_rewired=True))
def test_a_root_does_not_differ_from_itself_and_two_differ_in_the_same_way_from_either_end(drawn: Drawn) -> None:
    schema = json.loads(parity_schema())
    with drawn.world() as world:
        before, after = (
            [operand(end, root.name, world.store) for root in end.roots] for end in (world.base, world.head)
        )
        for one in before:
            assert compare_roots(one, one, ()).differences == ()
            for other in [*before, *after]:
                found, back = compare_roots(one, other, ()), compare_roots(other, one, ())
                jsonschema.validate(json.loads(parity_json(found)), schema)
                ways = (
                    [str(as_is(each)) for each in found.differences],
                    [str(swapped(each)) for each in back.differences],
                )
                assert sorted(ways[0]) == sorted(ways[1])
                if one.operand.derivation == other.operand.derivation:
                    assert found.differences == ()
