from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.campaign.burndown import Point, burndown
from fixbot.campaign.document import as_json
from fixbot.campaign.drawn import HIGH, WIDE, chart, strip
from fixbot.campaign.file import Rollout
from fixbot.campaign.overview import GRAVEST, Decided, Overview, overview_of
from fixbot.campaign.page import MEANINGS, page_of
from fixbot.campaign.records import Pull, Seen, State
from fixbot.campaign.reviews import reviews, spoken
from fixbot.campaign.told import as_text, percent, progress
from fixbot.campaign.waves import Rate, Reached
from tests.campaign.overviews import CAMPAIGN, NOW, ago, many, pull, seen

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTILE = "\x1b[2J::error::\u202eevil\r\n##[command]\ud800<b>"


def overview(repositories: Sequence[Seen], halted: str = "") -> Overview:
    return overview_of(replace(CAMPAIGN, rollout=replace(CAMPAIGN.rollout, size=2)), repositories, NOW, halted)


# Two canaries that are decided on, then a wave of two, then one that waits; who is skipped or fails takes no place.
SHOP = [
    seen("shop/cart", 0, [pull(1, "merged", 7, opened=20, decided=10)]),
    seen("shop/till", 4, [pull(2, "merged", 3, opened=20, decided=5), pull(3, "open", 4, opened=3)], offered=4),
    seen("shop/attic", 90, [pull(4, "merged", 2, opened=9, decided=8)], skipped="it is archived"),
    seen("shop/feed", 6, [pull(5, "declined", 6, opened=12, decided=6, codemod="silent-except")], because="declined"),
    seen("shop/post", None, failed="no permission"),
    seen("shop/mail", 5, offered=5, because="1 open here, and the limit is 1"),
    seen("shop/news", 8, offered=8),
    seen("shop/docs", None),
]


def test_every_state_has_a_place_and_a_meaning() -> None:
    assert sorted(GRAVEST) == sorted(MEANINGS) == sorted(State)


def test_each_repository_has_its_wave_and_its_state() -> None:
    found = overview(SHOP)
    assert [(row.name, row.wave, row.state) for row in found.rows] == [
        ("shop/cart", 1, State.DONE),
        ("shop/till", 1, State.OPEN),
        ("shop/attic", 0, State.SKIPPED),
        ("shop/feed", 2, State.LEFT),
        ("shop/post", 0, State.FAILED),
        ("shop/mail", 2, State.READY),
        ("shop/news", 3, State.WAITING),
        ("shop/docs", 3, State.NEW),
    ]
    assert found.totals == dict.fromkeys(GRAVEST, 1)
    assert list(found.totals) == list(GRAVEST)
    assert found.reached == Reached(2, 3, "wave 2: 1 of 2 decisions; 1 repository waits for one")
    assert [(wave.number, wave.has_begun, wave.size, wave.rate) for wave in found.waves] == [
        (1, True, 2, Rate(2, 0)),
        (2, True, 2, Rate(0, 1)),
        (3, False, 2, Rate(0, 0)),
    ]


def test_each_repository_says_why_it_stands_where_it_stands() -> None:
    reasons = {row.name: row.because for row in overview(SHOP).rows if row.because}
    assert reasons == {
        "shop/attic": "it is archived",
        "shop/feed": "declined",
        "shop/post": "no permission",
        "shop/mail": "1 open here, and the limit is 1",
    }


def test_progress_is_what_is_left_of_what_there_was() -> None:
    found = overview(SHOP)
    assert found.left == 0 + 4 + 6 + 5 + 8, "what is skipped is nobody's task here"
    assert found.first == found.left + 7 + 3 + 2, "what was merged there has been done all the same"
    assert found.unseen == 2
    assert found.gone == pytest.approx(12 / 35)
    assert found.pulls == {"open": 1, "merged": 3, "declined": 1, "withdrawn": 0}
    assert progress(found) == "At least 23 of 35 findings left, 34% gone"
    assert [found.rows[1].count(fate) for fate in ("open", "merged", "declined")] == [1, 1, 0]


def test_opened_pull_requests_are_no_progress() -> None:
    before = overview([seen("shop/cart", 9, offered=9)])
    after = overview([seen("shop/cart", 9, [pull(1, findings=9)], offered=9)])
    assert (before.left, before.first, before.gone) == (after.left, after.first, after.gone) == (9, 9, 0)
    assert progress(after) == "9 of 9 findings left, 0% gone"


def test_a_campaign_without_repositories_has_nothing_to_tell() -> None:
    found = overview([])
    assert (found.left, found.first, found.gone, found.waves) == (0, 0, 0, ())
    assert found.reached == Reached(0, 0)
    assert "No repository takes part" in as_text(found)
    assert page_of(found).chart is None


def test_a_codemod_that_people_decline_is_paused_and_one_without_pulls_is_there() -> None:
    declined = [pull(n, "declined", codemod="silent-except", opened=3, decided=n) for n in (1, 2)]
    assert overview([seen("shop/cart", 9, declined)]).codemods == (
        Decided(codemod="requests-timeout", open=0, rate=Rate(0, 0), paused=""),
        Decided(codemod="silent-except", open=0, rate=Rate(0, 2), paused="0 of 2 merged (0%), and 50% is asked for"),
    )


def test_the_slowest_reviews_come_first_and_what_fixbot_withdrew_is_none() -> None:
    pulls = [
        pull(1, opened=3),
        pull(2, opened=8),
        pull(3, opened=None),
        pull(4, "merged", opened=9, decided=8),
        pull(5, "declined", opened=9, decided=2),
        pull(6, "merged", opened=9, decided=7),
        pull(7, "withdrawn", opened=90, decided=1),
        pull(8, "merged", opened=1, decided=2),
    ]
    found = reviews(pulls, NOW)
    assert [(one.pull.number, one.lasted.days) for one in found.waiting] == [(2, 8), (1, 3)]
    assert [(one.pull.number, one.lasted.days) for one in found.decided] == [(5, 7), (6, 2), (4, 1), (8, 0)]
    assert found.usual == timedelta(days=1.5)
    assert [one.pull.number for one in reviews(pulls, NOW, most=1).decided] == [5]
    assert reviews([], NOW).usual is None


@pytest.mark.parametrize(
    ("span", "says"),
    [
        (timedelta(days=34, hours=23), "34 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "0 minutes"),
    ],
)
def test_a_span_is_said_as_people_say_it(span: timedelta, says: str) -> None:
    assert spoken(span) == says


def test_the_burndown_falls_where_something_was_merged() -> None:
    assert overview(SHOP).burndown == (
        Point(ago(20), 35),
        Point(ago(10), 28),
        Point(ago(8), 26),
        Point(ago(5), 23),
        Point(NOW, 23),
    )


def test_a_merge_of_unknown_time_counts_from_when_it_was_opened_or_from_the_beginning() -> None:
    pulls = [pull(1, "merged", 2, opened=5), pull(2, "merged", 3, opened=None), pull(3, opened=9)]
    assert burndown(pulls, 1, NOW) == (Point(ago(9), 6), Point(ago(9), 3), Point(ago(5), 1), Point(NOW, 1))


def test_a_merge_in_the_future_of_a_wrong_clock_is_now() -> None:
    assert burndown([pull(1, "merged", 2, opened=-1, decided=-2)], 1, NOW) == (Point(NOW, 3), Point(NOW, 1))
    assert burndown([], 4, NOW) == (Point(NOW, 4),)


DAYS = st.none() | st.integers(-3, 40)
PULLS = st.lists(
    st.builds(
        lambda state, findings, opened, decided: pull(1, state, findings, opened=opened, decided=decided),
        st.sampled_from(["open", "merged", "declined", "withdrawn"]),
        st.integers(0, 9),
        DAYS,
        DAYS,
    ),
    max_size=8,
)


@given(pulls=PULLS, left=st.integers(0, 50))
def test_the_burndown_begins_with_all_and_ends_with_what_is_left(pulls: list[Pull], left: int) -> None:
    points = burndown(pulls, left, NOW)
    merged = sum(one.findings for one in pulls if one.state == "merged")
    assert (points[0].left, points[-1]) == (left + merged, Point(NOW, left))
    assert all(one.at <= other.at and one.left >= other.left for one, other in pairwise(points))
    found = overview([seen("shop/cart", left, pulls)])
    assert (found.first, found.left, found.burndown) == (points[0].left, points[-1].left, points)


@given(pulls=PULLS, left=st.integers(0, 10_000))
def test_the_drawn_burndown_ends_at_the_height_of_what_is_left(pulls: list[Pull], left: int) -> None:
    points = burndown(pulls, left, NOW)
    drawn = chart(points)
    top = drawn.levels[0]
    steps = {one - other for one, other in pairwise(drawn.levels)}
    assert (top >= points[0].left, drawn.levels[-1], len(steps)) == (True, 0, 1)
    assert len(drawn.levels) <= 7
    assert drawn.end[0] == WIDE
    assert drawn.end[1] == pytest.approx(HIGH * (1 - left / top), abs=0.05)
    last = re.findall(r"(?:V|M0 )([\d.]+)", drawn.line)[-1]
    assert float(last) == drawn.end[1]
    assert drawn.line.endswith(f"H{WIDE}")


def test_many_merges_draw_no_more_than_one_step_in_each_column() -> None:
    pulls = [pull(n, "merged", 1, opened=60, decided=60 - n / 100) for n in range(6_000)]
    drawn = chart(burndown(pulls, 0, NOW))
    assert drawn.line.count("V") <= 1_001
    assert list(drawn.end) == [WIDE, HIGH]
    assert drawn.times == ("2026-01-30", "2026-03-01", "2026-03-31")


def test_the_bars_of_waves_are_full_and_what_is_done_stands_at_the_bottom() -> None:
    found = strip(overview(SHOP).waves).bars
    assert [one.x for one in found] == [0, 10, 20]
    assert list(map(list, found[0].parts)) == [[State.OPEN, 0, 50], [State.DONE, 50, 50]]
    assert [sum(height for _, _, height in one.parts) for one in found] == [pytest.approx(100, abs=0.05)] * 3


@pytest.mark.parametrize(("share", "says"), [(0, "0%"), (0.224, "22%"), (0.996, "99%"), (0.9999, "99%"), (1, "100%")])
def test_what_is_not_quite_all_is_not_rounded_up_to_all(share: float, says: str) -> None:
    assert percent(share) == says


def test_the_text_says_what_needs_somebody_first() -> None:
    assert as_text(overview(SHOP, "paused")) == (
        "Campaign timeouts on 2026-03-31 12:00 UTC\n"
        "PAUSED: nothing is opened until it goes on\n"
        "At least 23 of 35 findings left, 34% gone; nobody has looked at 2 repositories yet\n"
        "Repositories: 1 failed, 1 ready, 1 open, 1 waiting, 1 new, 1 left, 1 done, 1 skipped\n"
        "Pull requests: 1 open, 3 merged, 1 declined; half of the decisions took 8 days or less\n"
        "Wave 2 of 3 has begun; the next one waits: wave 2: 1 of 2 decisions; 1 repository waits for one\n"
        "\n"
        "State   Repository  Wave  Left  Open  Merged  Declined\n"
        "failed  shop/post            ?\n"
        "         no permission\n"
        "ready   shop/mail      2     5\n"
        "         1 open here, and the limit is 1\n"
        "open    shop/till      1     4     1       1\n"
        "and 5 others: 1 waiting, 1 new, 1 left, 1 done, 1 skipped\n"
        "\n"
        "Wave  Repositories  Merged  Where they stand\n"
        "   1             2  2 of 2  1 open, 1 done\n"
        "   2             2  0 of 1  1 ready, 1 left\n"
        "   3             2          1 waiting, 1 new; has not begun\n"
        "\n"
        "Codemod           Open  Decided\n"
        "requests-timeout     1  2 of 2 merged (100%)\n"
        "silent-except        0  0 of 1 merged (0%)\n"
        "\n"
        "Open for  Codemod           Slowest reviews\n"
        "  3 days  requests-timeout  https://github.test/shop/till/pull/3\n"
    )


def test_the_text_of_two_thousand_repositories_fits_a_few_screens() -> None:
    large = overview_of(replace(CAMPAIGN, rollout=Rollout(decisions=3)), many(2_000), NOW)
    text = as_text(large)
    lines = text.splitlines()
    assert len(lines) < 100
    assert max(map(len, lines)) <= 120
    shown = re.findall(r"^(failed|ready|open) ", text, re.MULTILINE)
    assert shown == ["failed"] * 12 + ["ready"] * 12 + ["open"] * 12
    others = re.search(r"^and ([\d,]+) others: (.*)$", text, re.MULTILINE)
    assert others
    assert int(others[1].replace(",", "")) == 2_000 - 36
    assert sum(int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", others[2])) == 2_000 - 36
    whole = as_text(large, every=True)
    assert [row.name for row in large.rows if f" {row.name} " not in whole] == []


def test_a_long_reason_is_broken_and_a_long_name_keeps_its_end() -> None:
    found = overview([seen(f"{'x' * 90}/cart", None, failed="word " * 200)])
    lines = as_text(found, width=100).splitlines()
    assert max(map(len, lines)) <= 100
    (at,) = [number for number, line in enumerate(lines) if line.startswith("failed")]
    assert re.search(r"…x+/cart ", lines[at])
    assert [line.startswith(" " * 9) for line in lines[at + 1 : at + 5]] == [True, True, True, False]
    assert lines[at + 3].endswith(" …")


def hostile() -> Overview:
    campaign = replace(CAMPAIGN, name=HOSTILE, codemods=(HOSTILE,))
    pulls = [
        pull(1, opened=2, title=HOSTILE, url=HOSTILE, codemod=HOSTILE),
        pull(2, "declined", opened=2, decided=1, title=HOSTILE, url=HOSTILE, codemod=HOSTILE),
    ]
    return overview_of(
        campaign, [seen(HOSTILE, 2, pulls, offered=1, because=HOSTILE), seen("b", failed=HOSTILE)], NOW, HOSTILE
    )


def test_hostile_text_stays_on_its_line_and_shows() -> None:
    found = hostile()
    text = as_text(found, every=True)
    assert not [char for char in text if not char.isprintable() and char != "\n"]
    assert not [line for line in text.splitlines() if line.startswith("::")]
    assert text.encode("utf-8")
    assert as_json(found).isascii()
    assert json.loads(as_json(found))["repositories"][0]["name"] == HOSTILE


def test_the_json_has_all_of_it() -> None:
    document = json.loads(as_json(overview(SHOP, "stopped")))
    assert list(document) == [
        *("version", "campaign", "at", "halted", "findings", "states", "pull_requests"),
        *("waves", "codemods", "reviews", "burndown", "repositories"),
    ]
    assert (document["version"], document["campaign"], document["halted"]) == (1, "timeouts", "stopped")
    assert document["at"] == "2026-03-31T12:00:00+00:00"
    assert document["findings"] == {"left": 23, "first": 35, "unseen_repositories": 2}
    assert document["states"]["failed"] == 1
    assert document["pull_requests"] == {"open": 1, "merged": 3, "declined": 1, "withdrawn": 0}
    waves = document["waves"]
    assert (waves["reached"], waves["of"], waves["because"]) == (
        2,
        3,
        "wave 2: 1 of 2 decisions; 1 repository waits for one",
    )
    assert waves["each"][1] == {
        "wave": 2,
        "begun": True,
        "states": {"ready": 1, "left": 1},
        "merged": 0,
        "declined": 1,
        "rate": 0,
    }
    assert document["codemods"]["requests-timeout"] == {
        "open": 1,
        "merged": 2,
        "declined": 0,
        "rate": 1,
        "paused": "",
    }
    assert document["reviews"]["median_seconds"] == 8 * 86_400
    assert document["reviews"]["waiting"][0] == {
        "repository": "shop/till",
        "seconds": 3 * 86_400,
        "number": 3,
        "codemod": "requests-timeout",
        "state": "open",
        "title": "Give each request a timeout",
        "url": "https://github.test/shop/till/pull/3",
        "findings": 4,
        "created": "2026-03-28T12:00:00+00:00",
        "decided": None,
    }
    assert document["burndown"][-1] == {"at": "2026-03-31T12:00:00+00:00", "left": 23}
    till = document["repositories"][1]
    assert (till["name"], till["wave"], till["state"], till["findings"]) == ("shop/till", 1, "open", 4)
    assert (till["open"], till["merged"], till["declined"], till["withdrawn"]) == (1, 1, 0, 0)
    assert [one["number"] for one in till["pull_requests"]] == [2, 3]
    assert document["repositories"][4]["findings"] is None


@pytest.mark.parametrize(
    ("url", "is_linked"),
    [
        ("https://github.test/shop/cart/pull/1", True),
        ("http://forge.test:8080/1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("//evil.test/", False),
        ("/srv/shop/1", False),
        ("https://a b", False),
        ("https://\u202eevil", False),
        (" https://a", False),
        ("", False),
    ],
)
def test_only_an_address_of_the_web_is_a_link(url: str, is_linked: bool) -> None:  # noqa: FBT001 - a row of the table
    (line,) = page_of(overview([seen("shop/cart", 1, [pull(url=url)])])).lines
    assert line.links[0].url == (url if is_linked else "")


def test_of_many_pull_requests_the_open_and_the_newest_are_shown() -> None:
    pulls = [pull(n, "merged", opened=9, decided=1) for n in range(1, 9)] + [pull(9), pull(10, "declined")]
    (line,) = page_of(overview([seen("shop/cart", 1, pulls)])).lines
    assert [one.text for one in line.links] == ["#9", "#8", "#7", "#6", "#5", "#4"]
    assert line.more == 4
