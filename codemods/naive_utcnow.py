"""Clocks that give a time without a time zone; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Option,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    awaiting,
    clocks,
    cst,
)


class NaiveUtcnow(ProjectCodemod):
    """Ask the clock for a time with its time zone.

    `datetime.utcnow()` gives the time in UTC and does not say so: `timestamp()` and `astimezone()` take it for local
    time, and are off by hours wherever local time is another one. Python 3.12 calls it deprecated, and
    `utcfromtimestamp` too. `datetime.now(timezone.utc)` says what it is. But a time with a zone cannot be compared with
    one without, and prints another text, so only those calls are rewritten of whose value every use is seen: its year
    or date, a format that shows no zone, the difference of two such values, `timestamp()`, `replace(tzinfo=...)`.

    Left alone: methods of the same name of other classes, such as `arrow.utcnow()`. Reported are all other calls, with
    where the value goes: a column, an attribute, a caller, `isoformat()`, a comparison with a value of which nobody can
    tell whether it has a time zone; the function without a call, as in `default=datetime.utcnow`; clocks that tests
    replace; files for Python 2. With `rest = "naive"` such calls become
    `datetime.now(timezone.utc).replace(tzinfo=None)`, which gives exactly the same and is not deprecated.

    Safety: `safe` where the same comes out of each use; `review` for `timestamp()`, which is now right wherever local
    time is not UTC, and no longer as many hours off as numbers that were kept before.
    """

    severity = Severity.MEDIUM
    safety = Safety.REVIEW
    synonyms = (
        "utcnow",
        "datetime.utcnow",
        "utcfromtimestamp",
        "naive datetime",
        "timezone-naive",
        "timezone naive",
        "timezone-aware datetime",
        "deprecated utcnow",
    )
    pattern = re.compile(rb"\b(?:utcnow|utcfromtimestamp)\b")
    answers = frozenset({"DTZ003", "DTZ004"})
    successors = frozenset({"UP017"})
    references = (
        "https://docs.python.org/3/library/datetime.html#aware-and-naive-objects",
        "https://docs.astral.sh/ruff/rules/call-datetime-utcnow/",
    )
    options = (Option("rest", ("report", "naive"), "report the other calls, or keep their values without a time zone"),)
    examples = (
        Fixes(
            """
            from datetime import datetime

            def today():
                return datetime.utcnow().date(), datetime.utcnow().strftime("%Y-%m-%d")
            """,
            """
            from datetime import datetime, timezone

            def today():
                return datetime.now(timezone.utc).date(), datetime.now(timezone.utc).strftime("%Y-%m-%d")
            """,
            because="dates, and formats that show no zone",
        ),
        Fixes(
            """
            import datetime as dt

            def took(job):
                start = dt.datetime.utcnow()
                job()
                end = dt.datetime.utcnow()
                return (end - start).total_seconds()
            """,
            """
            import datetime as dt

            def took(job):
                start = dt.datetime.now(dt.timezone.utc)
                job()
                end = dt.datetime.now(dt.timezone.utc)
                return (end - start).total_seconds()
            """,
            because="the difference of two values that change together",
        ),
        Fixes(
            """
            from datetime import UTC, datetime, timedelta

            def wait(ready):
                deadline = datetime.utcnow() + timedelta(minutes=5)
                while datetime.utcnow() < deadline:
                    if ready():
                        return datetime.now(UTC)
            """,
            """
            from datetime import UTC, datetime, timedelta

            def wait(ready):
                deadline = datetime.now(UTC) + timedelta(minutes=5)
                while datetime.now(UTC) < deadline:
                    if ready():
                        return datetime.now(UTC)
            """,
            because="a comparison of two values that change together, with the name of UTC that is there",
        ),
        Fixes(
            """
            from datetime import datetime, timezone

            def stamp(row):
                row.at = datetime.utcnow().replace(tzinfo=timezone.utc)
                row.seen = datetime.utcfromtimestamp(row.seconds).replace(tzinfo=timezone.utc)
                row.plain = datetime.utcnow().replace(microsecond=0).replace(tzinfo=None)
            """,
            """
            from datetime import datetime, timezone

            def stamp(row):
                row.at = datetime.now(timezone.utc)
                row.seen = datetime.fromtimestamp(row.seconds, timezone.utc)
                row.plain = datetime.now(timezone.utc).replace(microsecond=0).replace(tzinfo=None)
            """,
            because="what gets or loses its time zone at once",
        ),
        Fixes(
            """
            from datetime import datetime

            def issued():
                return {"iat": int(datetime.utcnow().timestamp())}
            """,
            """
            from datetime import datetime, timezone

            def issued():
                return {"iat": int(datetime.now(timezone.utc).timestamp())}
            """,
            because="seconds that were off wherever local time is not UTC",
        ),
        Keeps(
            """
            import arrow
            from datetime import datetime, timezone
            NOW = datetime.now(timezone.utc), arrow.utcnow()
            """,
            because="these have a time zone",
        ),
        Keeps(
            """
            from datetime import datetime, timezone
            print(datetime.utcnow(timezone.utc).timetuple())
            """,
            because="that raises `TypeError`: what was meant is for a person to say",
            reports="it takes other arguments than it is given",
        ),
        Keeps(
            """
            from datetime import datetime
            from sqlalchemy import Column, DateTime
            class Row:
                at = Column(DateTime, default=datetime.utcnow)
            """,
            because="a column has values without a time zone",
            reports="it is the `default` of a column",
        ),
        Keeps(
            """
            from datetime import datetime
            def stamp():
                return datetime.utcnow().isoformat() + "Z"
            """,
            because="the text would say the zone twice",
            reports="`Z` is put behind `isoformat()`",
        ),
        Keeps(
            """
            from datetime import datetime
            def is_over(booking):
                return booking.end < datetime.utcnow()
            """,
            because="two times with and without a zone cannot be compared",
            reports="it is compared with `booking.end`",
        ),
        Keeps(
            """
            from datetime import datetime, timedelta
            def cutoff(days):
                since = datetime.utcnow() - timedelta(days=days)
                return since
            """,
            because="callers may compare it",
            reports="it is returned, and callers may compare it with values that have no time zone (through `since`)",
        ),
        Keeps(
            """
            from datetime import datetime
            def took(job, start=None):
                start = start or datetime.utcnow()
                job()
                return datetime.utcnow() - start
            """,
            because="the other value may come from elsewhere",
            reports="it is subtracted from or less `start`",
        ),
        Keeps(
            """
            from datetime import datetime
            def mark(booking):
                booking.confirmed_at = datetime.utcnow()
                booking.update(seen=datetime.utcnow())
            """,
            because="it is stored",
            reports="it is stored in `booking.confirmed_at`",
        ),
        Keeps(
            """
            from datetime import datetime
            def shown():
                return datetime.utcnow().strftime("%H:%M %Z"), f"{datetime.utcnow():%H:%M}"
            """,
            because="the format shows the zone, and older Pythons cannot tell where a call in an f-string stands",
            reports="its format shows a time zone",
        ),
        Keeps(
            """
            from datetime import datetime
            def age(row):
                return datetime.utcnow().timestamp() - row.at.timestamp()
            """,
            because="both numbers are as many hours off",
            reports="another number of seconds, which may be as many hours off",
        ),
        Keeps(
            """
            from datetime import datetime
            def local():
                return datetime.utcnow().astimezone()
            """,
            because="it would become right, which may be news",
            reports="`astimezone` takes it for local time",
        ),
        Keeps(
            """
            from datetime import datetime
            from django.utils import timezone
            def year():
                return datetime.utcnow().year, timezone.now()
            """,
            because="the name of the zone is taken",
            reports="the name for UTC means something else",
        ),
        Keeps(
            {
                "shop/clock.py": """
                    from datetime import datetime


                    def year():
                        return datetime.utcnow().year
                    """,
                "tests/test_clock.py": """
                    from unittest import mock

                    from shop import clock


                    def test_the_year():
                        with mock.patch("shop.clock.datetime") as faked:
                            faked.utcnow.return_value.year = 1999
                            assert clock.year() == 1999
                    """,
            },
            because="a test knows which function is called",
            reports="`tests/test_clock.py` puts something in the place of `datetime`",
        ),
    )

    def tamest(self) -> Safety:
        """Say `safe`: the same comes out of most uses."""
        return Safety.SAFE

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every clock without a time zone."""
        yield from clocks.Survey(corpus, naive=self.chosen["rest"] == "naive").found()

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the clock with its time zone."""
        return awaiting.edit(place.plan, node)
