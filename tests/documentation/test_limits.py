"""Every limit that `docs/limits.md` tells of is held true by tests, which are named here."""

import re
from collections.abc import Mapping
from itertools import chain

import pytest

from nixdrift.history import MOST_COMMITS
from nixdrift.pipeline.counterfactual import MOST_EVALUATIONS
from tests.command import CHECKOUT
from tests.corpus import CORPUS
from tests.documentation.named import is_test

_TEXT = (CHECKOUT / "docs" / "limits.md").read_text()

HELD: Mapping[str, str] = {
    "files that are read while evaluating": """
        nix/test_counterfactual.py::test_a_file_that_is_read_while_evaluating_is_told_from_one_that_is_not
        nix/test_limits.py::test_what_evaluation_reads_is_unproven_without_another_evaluation""",
    "the same, where the derivation takes the commit's id or time": """
        nix/test_counterfactual.py::test_a_derivation_that_takes_the_commit_itself_is_never_called_healthy""",
    "more open paths than": """
        nix/test_limits.py::test_what_the_last_evaluation_leaves_open_is_unproven""",
    "what a builder reads from the machine": """
        nix/test_limits.py::test_what_a_builder_reads_from_the_machine_shows_only_where_no_input_holds_it
        corpus:host-path""",
    "import from derivation": """
        nix/test_failures.py::test_what_fails_is_reported_by_name_and_place_and_the_others_are_judged
        nix/test_failures.py::test_a_failure_is_exit_3_unless_it_is_accepted
        nix/test_limits.py::test_what_comes_by_an_import_from_a_derivation_is_never_healthy_by_mistake""",
    "two changed files of one base name": """
        nix/test_limits.py::test_of_two_changed_files_that_became_equal_either_is_taken_for_the_input""",
    "contents of filtered sources": """
        nix/test_modes.py::test_without_the_store_a_filtered_source_is_not_proven_either_way""",
    "a merge that pins a source in a file other than": """
        rules/test_new_pins.py::test_it_stays_silent_where
        rules/test_pinned.py::test_it_explains_a_missed_change""",
    "a source that is pinned to what lies more than": """
        repository/test_history.py::test_what_lies_too_far_back_is_not_found
        repository/test_history.py::test_what_no_commit_had_is_not_found
        test_judge.py::test_a_pinned_source_is_found_out_by_its_listing_too""",
    "a commit that takes a component's own paths from it": """
        rules/test_unwired.py::test_it_stays_silent_where_it_is_not_known_what_a_source_holds""",
    "a source of an earlier commit, of which a filter left something out": """
        repository/test_history.py::test_what_a_filter_may_have_left_is_taken_for_a_pin_only_where_one_is_written
        repository/test_history.py::test_a_whole_tree_that_is_not_listed_is_found_where_its_commit_is_named""",
    "the commits of a checkout beside the repository": """
        nix/test_limits.py::test_from_dumps_the_commits_of_a_checkout_beside_are_not_known""",
    "a pin whose content is not in the store": """
        nix/test_limits.py::test_a_pin_whose_content_the_store_does_not_have_is_an_attribute_that_does_not_evaluate""",
    "the content of submodules": """
        test_sources.py::test_a_submodule_is_an_empty_directory_in_its_source_and_is_never_held
        test_judge.py::test_the_commit_of_a_submodule_is_in_nobodys_output
        corpus:submodule""",
    "floating content-addressed, deferred and impure outputs": """
        test_judge.py::test_a_floating_output_is_judged_by_its_derivation_where_that_decides
        test_judge.py::test_a_change_that_is_no_input_of_a_deferred_output_is_masked_by_what_else_differs""",
    "several derivations of one name without version": """
        test_judge.py::test_where_which_became_which_cannot_be_told_and_matters_a_touched_component_is_unproven
        test_judge.py::test_where_which_became_which_cannot_be_told_and_no_path_of_theirs_changed_it_is_unknown""",
    "an attribute that does not evaluate": """
        nix/test_failures.py::test_what_fails_on_one_side_only_is_said_to
        nix/test_failures.py::test_a_failure_is_exit_3_unless_it_is_accepted
        test_judge.py::test_a_component_whose_root_failed_on_the_other_side_is_unknown
        test_judge.py::test_a_component_whose_root_failed_on_the_other_side_is_unproven_when_touched""",
    "what an address leads to": """
        fetches/test_relation.py::test_two_addresses_are_related_as_their_words_tell
        rules/test_request.py::test_it_fires
        rules/test_same_hash.py::test_it_stays_silent""",
    "dependencies that are vendored by other means": """
        rules/test_vendored.py::test_it_stays_silent
        rules/test_vendored.py::test_vendored_dependencies_are_recognised""",
    "variables of the environment": """
        nix/test_variables.py::test_nothing_else_does
        nix/test_variables.py::test_what_nix_and_nixpkgs_read_reaches_them
        nix/test_variables.py::test_what_is_let_through_by_its_name_is""",
    "the same, and what lies elsewhere": """
        nix/test_restriction.py::test_a_restricted_evaluation_reads_no_variable
        nix/test_restriction.py::test_what_lies_elsewhere_is_not_there_and_no_variable_is_set_where_that_is_not_to_be_read""",
    "what an expression file reads by an absolute path": """
        cli/test_check_cache.py::test_what_lies_outside_is_as_it_was_when_it_was_evaluated
        cli/test_check_cache.py::test_what_was_evaluated_once_is_not_evaluated_again""",
    "whether a running process": """
        nix/test_read_deployed.py::test_a_file_is_a_list_and_needs_no_nix
        nix/test_read_deployed.py::test_a_profile_a_result_and_a_store_object_are_closures""",
    "which commit an output comes from": """
        cli/test_verify_claims.py::test_more_than_was_looked_at_is_not_claimed
        cli/test_verify.py::test_an_unknown_output_of_the_right_name_is_outdated_and_nothing_is_missing""",
    "the runtime closure of what was never built": """
        cli/test_verify.py::test_what_is_not_built_has_no_known_closure""",
    "environment files that a builder makes": """
        parity/test_values.py::test_a_file_that_a_builder_makes_is_compared_by_what_it_is_made_from
        parity/test_values.py::test_a_written_file_without_known_keys_is_compared_as_a_text""",
    "What is committed is what is evaluated": """
        nix/test_limits.py::test_what_is_committed_is_evaluated_whatever_a_checkout_would_make_of_it
        rules/test_export_ignored.py::test_it_explains_why_it_is_not_proven_what_came_of_what_git_rewrites
        corpus:lfs-pointer corpus:export-ignore""",
    "Git's configuration does not reach Nix": """
        nix/test_limits.py::test_git_s_configuration_leads_nix_nowhere""",
    "A repository whose objects are named by SHA-256": """
        nix/test_roots.py::test_a_repository_of_sha256_is_judged_or_refused_in_one_clear_line""",
    "A flake needs its lock file": """
        nix/test_failures.py::test_a_flake_that_cannot_be_read_is_one_clear_line""",
    "Functions inside of a set are not called": """
        nix/test_roots.py::test_the_roots_of_an_expression_file_are_its_derivations
        nix/test_roots.py::test_a_function_that_was_asked_for_is_not_passed_over""",
    "After `kill -9`": """
        cli/test_bad_nix.py::test_what_a_kill_leaves_is_swept_by_the_next_run_and_a_running_one_is_not""",
    "`--worktree` sees no ignored files": """
        repository/test_changes.py::test_an_ignored_file_is_no_change_and_a_tracked_one_is_though_it_is_ignored
        corpus:ignored-file""",
    "A dump does not say which of its derivations": """
        cli/test_bad_dumps.py::test_the_roots_of_a_dump_are_what_nobody_refers_to_or_what_is_asked_for""",
    "Of a list of jobs": """
        cli/test_jobs.py::test_of_a_list_that_ends_too_early_what_is_missing_is_removed""",
    "Where dumps or jobs are given": """
        test_tops.py::test_a_flakes_own_tree_is_known_by_its_store_path
        test_tops.py::test_the_checkout_at_hand_is_known_by_a_path_of_it
        test_tops.py::test_what_is_another_path_or_none_of_the_tree_is_no_checkout""",
    "In a shallow clone": """
        cli/test_history.py::test_a_shallow_clone_says_that_its_history_is_cut_off
        cli/test_verify_claims.py::test_a_shallow_clone_does_not_claim_more_than_it_has""",
    "Of a `flake.nix`, inputs that are not written out": """
        flakes/test_inputs.py::test_nothing_is_said_of_what_is_not_written_out
        flakes/test_reference.py::test_nothing_is_said_of_a_reference_that_is_not_understood""",
    "Ownership inferred from names can be wrong": """
        test_ownership.py::test_a_path_belongs_to_the_component_that_the_directory_is_named_after
        test_ownership.py::test_declared_sources_are_instead_of_what_names_suggest""",
}
"""The first words of a limit → what holds it true: tests, and causes of the truth corpus, with real Nix."""


def limits() -> list[str]:
    """Give the rows of the table, without its head, and the items of the list."""
    rows = [line[2:] for line in _TEXT.splitlines() if line.startswith("| ")]
    return [*rows[1:], *re.findall(r"^- (.*)$", _TEXT, re.MULTILINE)]


@pytest.mark.parametrize("limit", limits(), ids=lambda limit: limit[:40])
def test_a_limit_is_held_true_by_tests(limit: str) -> None:
    (words,) = (words for words in HELD if limit.startswith(words))

    assert HELD[words].split()
    for name in HELD[words].split():
        cause = name.removeprefix("corpus:")
        assert is_test(f"tests/{name}") if cause == name else (CORPUS / cause / "pairs.toml").is_file(), name


def test_what_is_held_true_is_on_the_page() -> None:
    assert len(HELD) == len(limits())
    assert len({*chain.from_iterable(map(str.split, HELD.values()))}) > len(HELD)


def test_the_numbers_are_those_in_force() -> None:
    assert f"more open paths than {MOST_EVALUATIONS} evaluations decide" in _TEXT
    assert f"more than {MOST_COMMITS:,} commits back" in _TEXT
