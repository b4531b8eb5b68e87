from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.claims import Commit, hold
from fixbot.model import Dismissed, Judgement, Skipped, Status
from tests.parts.claims import ITEM, at, item, known


def test_what_is_at_the_very_line_is_found_as_claimed() -> None:
    held = hold(item("src/a.py:10"), known(at("src/a.py", 10), at("src/b.py", 4)))
    assert held.judgement is Judgement.AS_CLAIMED
    assert (held.claimed, held.found) == (1, 1)
    assert "1 elsewhere" in held.says


def test_code_that_has_moved_within_its_file_is_found_as_claimed() -> None:
    assert hold(item("src/a.py:10-12"), known(at("src/a.py", 80))).judgement is Judgement.AS_CLAIMED


def test_two_lines_of_one_file_need_two_findings() -> None:
    held = hold(item("src/a.py:10", "src/a.py:20"), known(at("src/a.py", 20)))
    assert held.judgement is Judgement.FEWER
    assert "not at `src/a.py:10`" in held.says


def test_a_file_that_git_has_renamed_is_found_elsewhere() -> None:
    held = hold(item("old/a.py:3"), known(at("new/z.py", 3), renamed={"old/a.py": "new/z.py"}))
    assert held.judgement is Judgement.ELSEWHERE
    assert "`old/a.py` is `new/z.py` today" in held.says


def test_a_file_is_found_elsewhere_by_the_end_of_its_path() -> None:
    assert hold(item("app/core/a.py:3"), known(at("backend/core/a.py", 3))).judgement is Judgement.ELSEWHERE


def test_a_path_is_not_taken_for_another_by_its_name_alone() -> None:
    held = hold(item("never/models.py:3"), known(at("shop/models.py", 3)))
    assert held.judgement is Judgement.NOT_THERE


def test_a_folder_with_a_line_is_the_folder() -> None:
    assert hold(item("src:3"), known(at("src/a.py", 90))).judgement is Judgement.AS_CLAIMED


def test_an_excluded_folder_cannot_be_judged() -> None:
    assert hold(item("e/"), known(paths=["e/x.py"], excluded="e/x.py")).judgement is Judgement.UNJUDGED


def test_a_path_whose_end_several_files_have_is_found_nowhere() -> None:
    held = hold(item("gone/a.py:3"), known(at("x/a.py", 3), at("y/a.py", 3)))
    assert held.judgement is Judgement.NOT_THERE
    assert "there is no `gone/a.py:3`" in held.says
    assert "2 elsewhere" in held.says


@pytest.mark.parametrize(
    ("claimed", "judgement"), [(2, Judgement.MORE), (3, Judgement.AS_CLAIMED), (4, Judgement.FEWER)]
)
def test_a_claimed_number_is_of_the_whole_project(claimed: int, judgement: Judgement) -> None:
    held = hold(item("a.py:1", claimed=claimed), known(at("a.py", 1), at("b.py", 1), at("c.py", 1)))
    assert held.judgement is judgement
    assert (held.claimed, held.found) == (claimed, 3)


def test_an_item_without_places_is_of_the_whole_project() -> None:
    held = hold(item(), known(at("a.py", 1), at("b.py", 1)))
    assert (held.judgement, held.claimed, held.found) == (Judgement.AS_CLAIMED, None, 2)


def test_what_is_nowhere_is_not_there() -> None:
    held = hold(item("a.py:1"), known(paths=["a.py"]))
    assert (held.judgement, held.found) == (Judgement.NOT_THERE, 0)


def test_what_only_looks_like_the_smell_is_not_true_as_stated() -> None:
    seeming = Dismissed("a.py", 14, "no coroutine calls it", "f", "bare-except")
    held = hold(item("a.py:10"), known(paths=["a.py"], dismissed=[seeming]))
    assert held.judgement is Judgement.NOT_TRUE
    assert held.says == "`a.py:14`: no coroutine calls it"


@pytest.mark.parametrize("other", [("b.py", 14, "bare-except"), ("a.py", 90, "bare-except"), ("a.py", 14, "other")])
def test_what_looks_like_it_elsewhere_says_nothing_of_the_claim(other: tuple[str, int, str]) -> None:
    seeming = Dismissed(other[0], other[1], "no coroutine calls it", "f", other[2])
    held = hold(item("a.py:10"), known(paths=["a.py", "b.py"], dismissed=[seeming]))
    assert held.judgement is Judgement.NOT_THERE


def test_the_nearest_of_finding_and_seeming_counts() -> None:
    seeming = Dismissed("a.py", 5, "no coroutine calls it", "f", "bare-except")
    held = hold(item("a.py:5"), known(at("a.py", 212), dismissed=[seeming]))
    assert held.judgement is Judgement.NOT_TRUE
    assert held.says == "`a.py:5`: no coroutine calls it; 1 elsewhere"


def test_a_line_that_has_moved_far_is_said_to_be_elsewhere_in_its_file() -> None:
    held = hold(item("a.py:1"), known(at("a.py", 710)))
    assert held.judgement is Judgement.AS_CLAIMED
    assert "the nearest to `a.py:1` is line 710" in held.says


def test_other_findings_of_the_same_file_are_elsewhere() -> None:
    held = hold(item("a.py:7"), known(at("a.py", 7), at("a.py", 14)))
    assert (held.found, [finding.line for finding in held.findings]) == (1, [7])
    assert "1 elsewhere" in held.says


def test_an_excluded_file_cannot_be_judged() -> None:
    held = hold(item("e/x.py:7"), known(paths=["e/x.py"], excluded="e/x.py"))
    assert held.judgement is Judgement.UNJUDGED
    assert "`e/x.py:7`: the configuration excludes it" in held.says


@pytest.mark.parametrize("text", ["x = 1\nexcept:  # fixbot: ignore[bare-except]\n", "# fixbot: ignore-file\nx = 1\n"])
def test_what_a_comment_silences_cannot_be_judged(text: str) -> None:
    held = hold(item("p.py:2"), replace(known(paths=["p.py"]), text={"p.py": text}.__getitem__))
    assert held.judgement is Judgement.UNJUDGED
    assert "`p.py:2`: a comment silences it there" in held.says


def test_a_file_that_was_not_looked_at_does_not_count_as_clean() -> None:
    facts = known(at("a.py", 7), paths=["u.py"], skipped=[Skipped("u.py", "unparsable", "line 3")])
    held = hold(item("a.py:7", "u.py:7"), facts)
    assert held.judgement is Judgement.AS_CLAIMED
    assert "`u.py:7`: it was not looked at, unparsable" in held.says


@pytest.mark.parametrize(
    ("claimed", "unit", "judgement"), [(2, "places", "found"), (1, "files", "found"), (2, "files", "fewer")]
)
def test_a_number_beside_a_folder_is_of_that_folder(claimed: int, unit: str, judgement: str) -> None:
    facts = known(at("backend/a.py", 1), at("backend/a.py", 9), at("other/b.py", 1))
    held = hold(replace(item("backend/", claimed=claimed), unit=unit), facts)
    assert held.judgement.startswith(judgement)
    assert "1 elsewhere" in held.says


def test_a_file_that_git_has_seen_go_is_no_other_file() -> None:
    held = hold(item("auth/models.py:7"), known(at("shop/models.py", 7), renamed={"auth/models.py": ""}))
    assert held.judgement is Judgement.NOT_THERE
    assert "there is no `auth/models.py:7`" in held.says


def test_globs_and_folders_mean_what_is_in_them() -> None:
    facts = known(at("src/x/a.py", 1), at("src/y/b.py", 1))
    assert hold(item("src/*/a.py", "src/y"), facts).judgement is Judgement.AS_CLAIMED
    assert hold(item("src/*/a.py"), facts).found == 1


def test_an_item_that_no_codemod_answers_cannot_be_judged() -> None:
    held = hold(replace(item("a.py:1", "b.py"), codemods=()), known(paths=["a.py"]))
    assert (held.judgement, held.found) == (Judgement.UNJUDGED, None)
    assert held.says == ("no codemod answers it; 1 of the 2 places that it names is there; there is no `b.py`")


def test_an_item_about_other_languages_says_so() -> None:
    held = hold(replace(item("a.tsx:1"), codemods=()), known(paths=["a.tsx"]))
    assert held.says.startswith("it is about `.tsx` files, and fixbot reads Python")


def test_a_codemod_that_is_not_chosen_is_named() -> None:
    held = hold(replace(ITEM, codemods=("kwargs-schema",)), known())
    assert held.judgement is Judgement.UNJUDGED
    assert held.says == "`kwargs-schema` would answer it and is not chosen"


def test_what_was_not_looked_at_cannot_be_judged() -> None:
    held = hold(item("a.py:1"), known(paths=["a.py"], skipped=[Skipped("a.py", "unparsable", "line 3")]))
    assert held.judgement is Judgement.UNJUDGED
    assert "`a.py:1`: it was not looked at, unparsable" in held.says


def test_a_path_of_the_report_cannot_break_out_of_the_reason() -> None:
    held = hold(item("x`](http://e.example)`.py:1"), known())
    assert "``x`](http://e.example)`.py:1``" in held.says


def test_what_another_codemod_finds_at_the_very_line_counts() -> None:
    held = hold(item("a.py:1", "b.py:7"), known(at("a.py", 1), at("b.py", 7, "broad-except")))
    assert (held.judgement, held.found) == (Judgement.AS_CLAIMED, 2)


def test_what_another_codemod_finds_near_the_line_does_not_count() -> None:
    assert hold(item("b.py:7"), known(at("b.py", 9, "broad-except"))).judgement is Judgement.NOT_THERE


def test_code_that_is_there_as_shown_and_left_alone_cannot_be_judged() -> None:
    shown = replace(item("a.py:5"), quotes=("# a.py\ntry:\n    audit.write(row)\nexcept Exception:\n    pass\n",))
    text = "try:\n        audit.write(row)  # now\n    except Exception:\n        # best effort\n        pass\n"
    held = hold(shown, replace(known(paths=["a.py"]), text={"a.py": text}.__getitem__))
    assert (held.judgement, held.found) == (Judgement.UNJUDGED, None)
    assert held.says.endswith("the code that it shows is at `a.py:5`, and no codemod finds fault with it there")


@pytest.mark.parametrize("text", ["", "audit.write(row)\n", "except Exception:\n    audit.write(rows)\n"])
def test_code_that_is_not_there_as_shown_is_not_there(text: str) -> None:
    shown = replace(item("a.py:5"), quotes=("try:\n    audit.write(row)\nexcept Exception:\n    pass\n",))
    held = hold(shown, replace(known(paths=["a.py"]), text={"a.py": text}.__getitem__))
    assert held.judgement is Judgement.NOT_THERE


def test_what_is_complete_and_there_is_doubted() -> None:
    held = hold(item(status=Status.COMPLETE), known(at("a.py", 1), at("b.py", 1)))
    assert held.doubts == ("it is said to be complete, and 2 findings of it are there",)


def test_what_is_not_started_and_not_there_is_doubted() -> None:
    held = hold(item(status=Status.NOT_STARTED), known())
    assert held.doubts == ("it is said to be not started, and nothing of it is there",)


def test_a_commit_that_is_not_in_the_repository_is_doubted() -> None:
    held = hold(item(status=Status.COMPLETE, commits=("2621a41",)), known(commits={}))
    assert held.doubts == ("commit `2621a41` is not in this repository",)


def test_a_commit_that_changes_none_of_the_files_is_doubted() -> None:
    commits = {"2621a41": Commit("2621a41" + "0" * 33, frozenset({"other.py"}), 1, 1)}
    held = hold(item("a.py:1", commits=("2621a41",)), known(paths=["a.py"], commits=commits))
    assert held.doubts == ("its commit changes none of the files that it names",)


def test_without_git_nothing_is_said_of_commits() -> None:
    assert hold(item(commits=("2621a41",)), known()).doubts == ()


@given(
    places=st.lists(st.sampled_from(["a.py", "a.py:3", "b.py:7", "gone.py:1", "src", "*.py"]), max_size=4),
    found=st.lists(
        st.tuples(st.sampled_from(["a.py", "b.py", "src/c.py"]), st.integers(1, 9)), max_size=6, unique=True
    ),
    claimed=st.integers(0, 5),
)
def test_judgement_and_figures_never_contradict_each_other(
    places: list[str], found: list[tuple[str, int]], claimed: int
) -> None:
    held = hold(item(*places, claimed=claimed), known(*(at(*one) for one in found), paths=["a.py", "src/d.py"]))
    assert held.says
    if held.judgement is Judgement.UNJUDGED:
        assert held.found is None
        return
    assert held.found == len(held.findings)
    match held.judgement:
        case Judgement.MORE:
            assert held.found > claimed > 0
        case Judgement.NOT_THERE:
            assert held.found == 0
        case Judgement.FEWER:
            assert held.found > 0
        case _:
            assert held.found > 0
