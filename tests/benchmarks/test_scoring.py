import pytest

from benchmarks.scoring import Figures, Pair, figures, normal


def of(chosen: str, suggested: str) -> Figures:
    return figures([Pair(tuple(chosen.split()), tuple(suggested.split()))])


def test_shares_are_of_all_handlers_or_of_those_that_were_answered() -> None:
    found = figures(
        [
            Pair(("ValueError",), ("ValueError",)),
            Pair(("ValueError",), ("ValueError", "KeyError", "TypeError")),
            Pair(("ValueError",), ()),
            Pair(("ValueError",), ("Exception",)),
        ]
    )
    assert found == Figures(4, answered=0.5, exact=0.25, exact_of_answered=0.5, cover=1.0, mean_size=2.0)
    assert str(found) == "n=4 answered=0.500 exact=0.250 exact_of_answered=0.500 cover=1.000 mean_size=2.00"


@pytest.mark.parametrize(
    ("chosen", "suggested", "exact", "cover"),
    [
        ("ValueError", "ValueError", True, True),
        ("KeyError ValueError", "ValueError KeyError", True, True),
        ("IOError", "OSError", True, True),
        ("socket.timeout", "TimeoutError", True, True),
        ("FileNotFoundError", "OSError", False, True),
        ("OSError", "FileNotFoundError", False, False),
        ("ValueError", "ValueError KeyError", False, True),
        ("ValueError KeyError", "ValueError", False, False),
        ("ValueError KeyError", "LookupError ValueError", False, True),
        ("shop.errors.Gone", ".errors.Gone", True, True),
        ("Gone", "shop.errors.Gone", False, False),
    ],
)
def test_exact_means_the_very_types_and_cover_means_that_all_are_caught(
    chosen: str, suggested: str, *, exact: bool, cover: bool
) -> None:
    found = of(chosen, suggested)
    assert (found.exact, found.cover) == (float(exact), float(cover))


def test_where_nothing_is_answered_no_share_of_it_is_claimed() -> None:
    assert of("ValueError", "") == Figures(1, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_nothing_at_all_gives_figures_too() -> None:
    assert figures([]) == Figures(0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_type_has_one_name_whatever_alias_is_written() -> None:
    assert {normal(name) for name in ("IOError", "EnvironmentError", "OSError")} == {"OSError"}
    assert normal("asyncio.TimeoutError") == "TimeoutError"
