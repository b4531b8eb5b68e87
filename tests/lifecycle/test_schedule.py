import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.lifecycle import schedule as schedule_module
from fixbot.lifecycle.schedule import DAYS, Schedule, Window, lasting, parse, zone

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/Santiago"]
MINUTE = timedelta(minutes=1)


def schedule(*windows: str, timezone: str = BERLIN) -> Schedule:
    return Schedule(tuple(map(parse, windows)), timezone)


def at(text: str, timezone: str = BERLIN, *, again: bool = False) -> datetime:
    """Read a time of the wall clock; `again` where it shows it for the second time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=int(again))


def opens(plan: Schedule, now: str) -> str:
    return f"{plan.next_open(at(now)).astimezone(ZoneInfo(plan.timezone)):%a %Y-%m-%d %H:%M %z}"


# 2026-01-05 is a Monday; the clocks of Berlin skip 02:00-03:00 on 2026-03-29 and show it twice on 2026-10-25.


def test_without_windows_it_is_always_open() -> None:
    now = at("2026-01-05T03:00")
    assert (Schedule().is_open(now), Schedule().next_open(now), Schedule().why(now)) == (True, now, "")


@pytest.mark.parametrize(
    ("words", "days", "start", "end"),
    [
        ("sat", {5}, 0, 1440),
        ("sat,sun", {5, 6}, 0, 1440),
        ("sat-mon", {5, 6, 0}, 0, 1440),
        ("mon-fri", {0, 1, 2, 3, 4}, 0, 1440),
        ("mon-mon", {0}, 0, 1440),
        ("mon-tue,fri,sat-sun", {0, 1, 4, 5, 6}, 0, 1440),
        ("09:00-17:30", set(range(7)), 540, 1050),
        ("9:00-17:30", set(range(7)), 540, 1050),
        ("fri 18:00-24:00", {4}, 1080, 1440),
        ("fri 18:00-00:00", {4}, 1080, 1440),
        ("00:00-24:00", set(range(7)), 0, 1440),
        ("mon-fri 22:00-06:00", {0, 1, 2, 3, 4}, 1320, 1440 + 360),
        ("  Mon - FRI , sun   22:00 - 06:00 ", {0, 1, 2, 3, 4, 6}, 1320, 1440 + 360),
    ],
)
def test_words_mean_a_window(words: str, days: set[int], start: int, end: int) -> None:
    window = parse(words)
    assert (set(window.days), window.start, window.end) == (days, start, end)


def test_a_window_is_shown_without_superfluous_spaces() -> None:
    assert parse("  Mon - FRI , sun   22:00 - 06:00 ").text == "mon-fri,sun 22:00-06:00"


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        ("", "'' is not a window like 'mon-fri 22:00-06:00', 'sat,sun' or '09:00-17:00'"),
        ("at night", "'at night' is not a window like"),
        ("22-06", "'22-06' is not a window like"),
        ("09:00-17:00 mon", "'09:00-17:00 mon' is not a window like"),
        ("mon 09:00", "'mon 09:00' is not a window like"),
        ("mon 09:00-12:00 13:00-17:00", "is not a window like"),
        ("mon\x1b", r"'mon\\x1b' is not a window like"),
        ("mon 0٩:00-17:00", "is not a window like"),
        ("mon," * 100 + "mon", "is not a window like"),
        ("monday 09:00-17:00", "'monday' in 'monday 09:00-17:00' is not a day: they are mon, tue, wed"),
        ("mon,", "'' in 'mon,' is not a day"),
        ("mon-", "'' in 'mon-' is not a day"),
        ("mon-wed-fri", "'wed-fri' in 'mon-wed-fri' is not a day"),
        ("mon-x", "'x' in 'mon-x' is not a day"),
        ("25:00-26:00", "25:00 in '25:00-26:00' is not a time from 00:00 to 24:00"),
        ("08:60-09:00", "08:60 in '08:60-09:00' is not a time"),
        ("08:00-24:01", "24:01 in '08:00-24:01' is not a time"),
        ("24:00-06:00", "'24:00-06:00' has no length: it must start before 24:00 and end at another time"),
        ("08:00-08:00", "'08:00-08:00' has no length"),
    ],
)
def test_words_of_another_form_are_a_mistake(words: str, mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        parse(words)


def test_huge_words_cost_no_time_and_no_screen() -> None:
    start = time.process_time()
    for words in ("mon " + " " * 10**6, "-" * 10**6, "mon," * 10**6):
        with pytest.raises(ValueError, match="is not a window") as caught:
            parse(words)
        assert len(str(caught.value)) < 200
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("words", "now", "is_open"),
    [
        ("mon-fri", "2026-01-05T00:00", True),
        ("mon-fri", "2026-01-09T23:59:59.999999", True),
        ("mon-fri", "2026-01-10T00:00", False),
        ("09:00-17:00", "2026-01-10T08:59:59", False),
        ("09:00-17:00", "2026-01-10T09:00", True),
        ("09:00-17:00", "2026-01-10T16:59:59", True),
        ("09:00-17:00", "2026-01-10T17:00", False),
    ],
)
def test_a_window_is_open_from_its_start_until_before_its_end(words: str, now: str, *, is_open: bool) -> None:
    assert schedule(words).is_open(at(now)) is is_open


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-01-05T03:00", False),  # the night from Sunday to Monday
        ("2026-01-05T22:00", True),
        ("2026-01-06T05:59", True),
        ("2026-01-06T06:00", False),
        ("2026-01-10T05:59", True),  # the night from Friday to Saturday
        ("2026-01-10T22:00", False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_starts(now: str, *, is_open: bool) -> None:
    assert schedule("mon-fri 22:00-06:00").is_open(at(now)) is is_open


def test_one_of_several_windows_is_enough() -> None:
    plan = schedule("mon-fri 22:00-06:00", "sat,sun")
    assert [plan.is_open(at(f"2026-01-{day}T12:00")) for day in ("09", "10", "11", "12")] == [False, True, True, False]


def test_the_clock_of_the_zone_counts_and_not_the_one_of_the_machine() -> None:
    plan = schedule("mon 09:00-10:00", timezone="Asia/Kathmandu")
    assert plan.is_open(datetime(2026, 1, 5, 3, 15, tzinfo=UTC))
    assert not plan.is_open(datetime(2026, 1, 5, 9, 15, tzinfo=UTC))


def test_it_opens_now_where_it_is_open() -> None:
    now = at("2026-01-05T22:17:03")
    assert schedule("mon 22:00-06:00").next_open(now) == now


@pytest.mark.parametrize(
    ("windows", "now", "expected"),
    [
        (("mon-fri 22:00-06:00",), "2026-01-05T12:00", "Mon 2026-01-05 22:00 +0100"),
        (("mon-fri 22:00-06:00",), "2026-01-10T06:00", "Mon 2026-01-12 22:00 +0100"),
        (("mon 09:00-10:00",), "2026-01-05T10:00", "Mon 2026-01-12 09:00 +0100"),
        (("sat,sun", "wed 12:30-12:31"), "2026-01-05T12:00", "Wed 2026-01-07 12:30 +0100"),
    ],
)
def test_the_next_opening_is_the_nearest_start(windows: tuple[str, ...], now: str, expected: str) -> None:
    assert opens(schedule(*windows), now) == expected


@pytest.mark.parametrize(
    ("words", "now", "expected"),
    [
        ("sun 01:30-04:00", "2026-03-29T00:00", "Sun 2026-03-29 01:30 +0100"),
        ("sun 02:00-04:00", "2026-03-29T00:00", "Sun 2026-03-29 03:00 +0200"),
        ("sun 02:30-04:00", "2026-03-29T00:00", "Sun 2026-03-29 03:00 +0200"),
        ("sun 03:30-04:00", "2026-03-29T00:00", "Sun 2026-03-29 03:30 +0200"),
        ("sun 02:00-03:00", "2026-03-29T00:00", "Sun 2026-04-05 02:00 +0200"),
        ("sun 02:00-03:00", "2026-03-22T03:00", "Sun 2026-04-05 02:00 +0200"),
        ("sat 22:00-02:30", "2026-03-29T03:00", "Sat 2026-04-04 22:00 +0200"),
    ],
)
def test_an_hour_that_the_clocks_skip_is_in_no_window(words: str, now: str, expected: str) -> None:
    assert opens(schedule(words), now) == expected


def test_an_hour_that_the_clocks_show_twice_is_in_its_window_both_times() -> None:
    plan = schedule("sun 02:00-02:30")
    first, second = at("2026-10-25T02:00"), at("2026-10-25T02:00", again=True)
    assert opens(plan, "2026-10-25T01:00") == "Sun 2026-10-25 02:00 +0200"
    assert [plan.is_open(moment) for moment in (first, second)] == [True, True]
    assert [plan.is_open(at("2026-10-25T02:30", again=again)) for again in (False, True)] == [False, False]
    assert plan.next_open(at("2026-10-25T02:30")) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_a_window_may_open_again_because_the_clocks_are_set_back() -> None:
    plan = schedule("sun 01:00-02:30")
    assert not plan.is_open(at("2026-10-25T02:45"))
    assert plan.next_open(at("2026-10-25T02:45")) == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_a_start_that_the_clocks_show_again_opens_again() -> None:
    plan = schedule("sun 02:15-02:30")
    assert plan.next_open(at("2026-10-25T02:45")) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_a_change_of_the_clocks_that_lies_on_another_day_elsewhere_opens_too() -> None:
    plan = schedule("sun 01:00-01:40", timezone="Australia/Lord_Howe")  # set back from 02:00 to 01:30
    now = at("2026-04-05T01:50", "Australia/Lord_Howe")
    assert plan.next_open(now) == datetime(2026, 4, 4, 15, 0, tzinfo=UTC)


def test_a_day_that_a_place_skipped_is_waited_for_until_the_next_week() -> None:
    plan = schedule("fri", timezone="Pacific/Apia")  # it crossed the date line after Thursday, 2011-12-29
    now = at("2011-12-29T23:00", "Pacific/Apia")
    assert plan.next_open(now) == at("2012-01-06T00:00", "Pacific/Apia").astimezone(UTC)


def test_it_says_why_not_now_and_when() -> None:
    plan = schedule("mon-fri 22:00-06:00")
    assert plan.why(at("2026-01-05T12:00")) == (
        "outside of the schedule (mon-fri 22:00-06:00 Europe/Berlin); opens mon 22:00"
    )
    assert plan.why(at("2026-01-05T23:00")) == ""


def test_it_names_all_windows_and_times_of_the_zone() -> None:
    plan = schedule("sat,sun", "mon 09:00-10:00", timezone="UTC")
    assert plan.why(at("2026-01-05T11:30")) == (
        "outside of the schedule (sat,sun or mon 09:00-10:00 UTC); opens sat 00:00"
    )


def test_it_names_the_date_where_the_day_alone_would_mislead() -> None:
    assert schedule("sun 02:00-03:00").why(at("2026-03-22T03:00")).endswith("; opens sun 2026-04-05 02:00")
    assert schedule("sun 02:00-03:00").why(at("2026-01-04T03:00")).endswith("; opens sun 02:00")


@pytest.mark.parametrize("now", ["2026-03-22T03:00", "2026-01-04T03:00", "2026-01-07T03:00"])
def test_what_lasts_of_a_reason_is_the_same_on_every_day(now: str) -> None:
    said = schedule("sun 02:00-03:00").why(at(now))
    assert lasting(said) == "outside of the schedule (sun 02:00-03:00 Europe/Berlin)" != said


def test_another_reason_lasts_as_it_is() -> None:
    said = "3 open already; opens at midnight, and the limit is 3"
    assert lasting(said) == said


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone of a time"):
        Schedule().is_open(datetime(2026, 1, 5))  # noqa: DTZ001 - the mistake that is tested


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Europe/Berln", "did you mean 'Europe/Berlin'"),
        ("europe/berlin/", "did you mean 'Europe/Berlin'"),
        ("", "it must be like 'Europe/Berlin' or 'UTC'"),
        ("../../etc/passwd", "it must be"),
        ("/etc/passwd", "it must be"),
        ("Europe", "is not a time zone"),
        ("a\0b", "is not a time zone"),
        ("\udc80", "is not a time zone"),
        ("x" * 10**6, "it must be"),
    ],
)
def test_an_unknown_zone_is_a_mistake(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint) as caught:
        Schedule(timezone=name)
    assert len(str(caught.value)) < 200


def test_utc_needs_no_database_and_others_say_what_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ZoneInfo:
        raise LookupError(name)

    monkeypatch.setattr(schedule_module, "ZoneInfo", missing)
    monkeypatch.setattr(schedule_module, "available_timezones", set[str])
    assert zone("UTC") is UTC
    with pytest.raises(ValueError, match=r"this machine knows none but UTC \(the package tzdata brings them\)"):
        zone(BERLIN)


DAY_LISTS = st.lists(st.sampled_from([*DAYS, "sat-mon", "tue-thu"]), max_size=2, unique=True).map(",".join)
CLOCK = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
TIMES = st.one_of(st.just(""), st.tuples(CLOCK, CLOCK).filter(lambda pair: pair[0] != pair[1]).map("-".join))
WINDOWS = st.tuples(DAY_LISTS, TIMES).map(lambda pair: " ".join(filter(None, pair))).filter(bool).map(parse)
# Half of the moments are near to a change of the clocks in one of the zones.
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 9, 6, 4, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
]
MOMENTS = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - as hypothesis asks
    st.builds(lambda change, off: change + off * MINUTE, st.sampled_from(CHANGES), st.integers(-3000, 3000)),
)


@given(st.lists(WINDOWS, max_size=3), st.sampled_from(ZONES), MOMENTS, st.lists(st.floats(0, 1), max_size=50))
def test_the_next_opening_is_open_and_nothing_before_it_is(
    windows: list[Window], timezone: str, now: datetime, between: list[float]
) -> None:
    plan = Schedule(tuple(windows), timezone)
    opening = plan.next_open(now)
    assert plan.is_open(opening)
    assert opening >= now
    near = [opening - back * MINUTE for back in range(1, 90)]
    inside = [now + part * (opening - now) for part in between]
    assert not [moment for moment in [*near, *inside] if now <= moment < opening and plan.is_open(moment)]


@given(WINDOWS, st.sampled_from(ZONES), st.sampled_from(CHANGES), st.integers(-1500, 1500))
@settings(max_examples=25)
def test_around_a_change_of_the_clocks_no_opening_is_missed(
    window: Window, timezone: str, change: datetime, off: int
) -> None:
    plan, now = Schedule((window,), timezone), change + off * MINUTE
    walked = (now + ahead * MINUTE for ahead in range(1500))
    first = next((moment for moment in walked if plan.is_open(moment)), None)
    assert first is None or first == plan.next_open(now)


@given(WINDOWS)
def test_what_a_window_shows_is_read_as_the_same_window(window: Window) -> None:
    assert parse(window.text) == window
