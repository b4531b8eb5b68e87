import textwrap
from pathlib import Path

import pytest

from derive.practice import samples as module
from derive.practice.candidates import LEAST, candidates, common, is_elsewhere, is_public
from derive.practice.samples import Sample, samples
from fixbot.analysis.likely.rank import FAR


def read(folder: Path, **files: str) -> list[Sample]:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    return samples("shop", folder)


NARROW = """
    def size(text, table):
        try:
            return int(text)
        except ValueError:
            return 0
        except (KeyError, IOError):
            raise
"""


def test_each_narrow_handler_is_a_sample_with_its_siblings(tmp_path: Path) -> None:
    first, second = read(tmp_path, a=NARROW)
    assert (first.package, first.path, first.line) == ("shop", "a.py", 3)
    assert (first.types, set(first.earlier), set(first.later)) == (("ValueError",), set(), {"KeyError", "OSError"})
    assert (second.types, set(second.earlier), set(second.later)) == (("KeyError", "OSError"), {"ValueError"}, set())


def test_a_sample_has_the_signs_of_its_code_and_what_is_known_to_come_out(tmp_path: Path) -> None:
    first, _ = read(tmp_path, a=NARROW)
    assert {"int", "int(parameter)", "then return int", "in size"} <= first.signs
    assert "ValueError" in first.grounds


def test_broad_handlers_are_no_samples(tmp_path: Path) -> None:
    broad = """
        try:
            f()
        except (ValueError, Exception):
            pass
        try:
            f()
        except:
            pass
    """
    assert read(tmp_path, a=broad) == []


def test_a_broad_sibling_may_stand_for_any_type(tmp_path: Path) -> None:
    (only,) = read(tmp_path, a="try:\n    f()\nexcept ValueError:\n    pass\nexcept:\n    pass\n")
    assert only.later == {"*"}


def test_the_same_body_with_the_same_clause_counts_once(tmp_path: Path) -> None:
    assert len(read(tmp_path, a=NARROW, b=NARROW)) == 2


def test_files_that_cannot_be_parsed_or_are_huge_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read(tmp_path, a="try:\n    f()\nexcept ValueError\n", b="except = 1\n") == []
    monkeypatch.setattr(module, "_LARGEST", 10)
    assert read(tmp_path, c=NARROW) == []


def test_a_large_package_gives_no_more_than_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    files = {f"m{number}": NARROW.replace("text", f"text{number}") for number in range(5)}
    assert len(read(tmp_path, **files)) == 2


def sample(**more: object) -> Sample:
    known: dict[str, object] = {
        "package": "shop",
        "path": "a.py",
        "line": 1,
        "types": ("ValueError",),
        "earlier": frozenset({"KeyError"}),
        "later": frozenset({"OSError"}),
        "signs": frozenset(),
        "grounds": {"ValueError": frozenset({"builtin"}), "KeyError": frozenset({"builtin"})},
        "complete": False,
    }
    return Sample(**(known | more))  # type: ignore[arg-type]


def test_what_an_earlier_clause_catches_is_no_candidate() -> None:
    assert list(candidates(sample(), {"KeyError": 3.0})) == ["ValueError"]


def test_a_type_that_practice_alone_speaks_for_has_to_be_worth_a_thought() -> None:
    odds = {"TypeError": LEAST + 1, "IndexError": LEAST - 1}
    assert list(candidates(sample(), odds)) == ["TypeError", "ValueError"]
    assert candidates(sample(), odds)["TypeError"] == {"practice": 1.0, "any": 1.0, "learned": LEAST + 1}


def test_where_the_body_is_understood_practice_names_what_is_ruled_out() -> None:
    assert "ruled out" in candidates(sample(complete=True), {"TypeError": 0.0})["TypeError"]


def test_odds_are_bounded_and_a_type_without_them_says_so() -> None:
    found = candidates(sample(), {"TypeError": 99.0})
    assert found["TypeError"]["learned"] == FAR
    assert found["ValueError"] == {"builtin": 1.0, "any": 1.0, "not learned": 1.0}


def test_only_what_is_common_in_several_packages_is_learned() -> None:
    seen = [("one", ["a", "b"]), ("one", ["a"]), ("two", ["a", "c"]), ("two", ["c"])]
    assert common(seen, 2, 2) == ["a"]
    assert common(seen, 1, 1) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("ValueError", True),
        ("json.JSONDecodeError", True),
        ("Own", False),
        (".errors.Bad", False),
        ("self.Bad", False),
        ("Exception", False),
    ],
)
def test_a_type_is_learned_where_its_name_means_the_same_everywhere(name: str, *, public: bool) -> None:
    assert is_public(name) is public


def test_a_type_that_a_sibling_names_says_nothing_of_a_handler() -> None:
    assert [is_elsewhere(sample(), name) for name in ("KeyError", "OSError", "ValueError")] == [True, True, False]


def test_the_same_samples_give_the_same_weights() -> None:
    pytest.importorskip(
        "sklearn", reason="only who learns the weights anew installs scikit-learn: pip install .[learn]"
    )
    from derive.practice.weigh import Weighing  # noqa: PLC0415 - needs what not everybody has

    seen = [
        sample(package=f"p{number % 6}", types=(name,), later=frozenset(), signs=frozenset({sign}))
        for number in range(80)
        for name, sign in (("ValueError", "int"), ("OSError", "open"))
    ]
    weighing = Weighing(seen)
    assert (weighing.types, list(weighing.signs)) == (["OSError", "ValueError"], ["int", "open"])
    odds = weighing.halves()
    assert odds == Weighing(seen).halves()
    assert odds[0]["ValueError"] > odds[1]["ValueError"]
