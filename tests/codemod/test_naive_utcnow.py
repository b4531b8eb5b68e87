from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from fixbot.codemod.clocks import Survey
from fixbot.codemod.contract import Site
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Safety
from fixbot.registry import choose

SLUG = "naive-utcnow"
HEAD = "from datetime import datetime, timedelta, timezone\n"


def surveyed(files: Mapping[str, str] | str, texts: Mapping[str, bytes] | None = None) -> list[Site]:
    several = {"app.py": files} if isinstance(files, str) else files
    corpus = whole({path: textwrap.dedent(text).encode() for path, text in several.items()}, texts=texts)
    return list(Survey(corpus, naive=False).found())


def fixed(text: str, texts: Mapping[str, bytes] | None = None, **options: str) -> str:
    (codemod,) = choose([SLUG], options={SLUG: options})
    done = attempt_jointly(whole({"app.py": text.encode()}, texts=texts), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None, done.broken.trace
    return done.rewrites[0].after.decode() if done.rewrites else text


def function(*lines: str) -> str:
    return HEAD + "\n\ndef work(job, row, other=None):\n" + "".join(f"    {line}\n" for line in lines)


NOW, AWARE = "datetime.utcnow()", "datetime.now(timezone.utc)"


@pytest.mark.parametrize(
    "line",
    [
        "return datetime.utcnow().date(), datetime.utcnow().hour",
        "return datetime.utcnow().strftime('%Y-%m-%dT%H:%M:%SZ')",
        "return datetime.utcnow() - datetime.utcnow()",
        "return (datetime.utcnow() - timedelta(days=1)).isocalendar()",
        "return (datetime.utcnow() + job).year",
        "return datetime.utcnow().replace(hour=0).replace(day=1).toordinal()",
        "return datetime.utcnow().replace(tzinfo=None)",
        "return int(datetime.utcnow().timestamp() * 1000)",
        "datetime.utcnow()",
        "return max(1, datetime.utcnow().year)",
    ],
)
def test_a_value_whose_every_use_is_seen_gets_its_zone(line: str) -> None:
    assert fixed(function(line)) == function(line.replace(NOW, AWARE))


@pytest.mark.parametrize(
    "lines",
    [
        ("start = datetime.utcnow()", "job()", "return (datetime.utcnow() - start).total_seconds()"),
        ("a = b = 1", "start = datetime.utcnow()", "end = start + timedelta(1)", "return start < end"),
        ("start: datetime = datetime.utcnow()", "start += timedelta(1)", "return start.year"),
        ("start = datetime.utcnow()", "if job:", "    start = datetime.utcnow()", "return start.date()"),
        ("span = timedelta(days=2)", "return (datetime.utcnow() - span).year"),
    ],
)
def test_names_of_a_function_are_followed(lines: tuple[str, ...]) -> None:
    assert fixed(function(*lines)) == function(*(line.replace(NOW, AWARE) for line in lines))


@pytest.mark.parametrize(
    ("lines", "because"),
    [
        (("return datetime.utcnow()",), "it is returned"),
        (("row.at = datetime.utcnow()",), "stored in `row.at`"),
        (("row.update(at=datetime.utcnow())",), "given to `row.update` as `at`"),
        (("return {'at': datetime.utcnow()}",), "put into a collection"),
        (("return datetime.utcnow().isoformat() + 'Z'",), "`Z` is put behind"),
        (("return datetime.utcnow().isoformat()",), "`isoformat()` would have"),
        (("return datetime.utcnow().strftime('%c')",), "shows a time zone"),
        (("return datetime.utcnow().strftime(job)",), "nobody can tell whether the format"),
        (("return datetime.utcnow() > row.end",), "compared with `row.end`"),
        (("return datetime.utcnow() - row.start",), "`row.start`"),
        (("return datetime.utcnow() - job",), "`job`"),
        (("return row.at.timestamp() - datetime.utcnow().timestamp()",), "as many hours off"),
        (("return f'{datetime.utcnow():%Y}'",), "f-string"),
        (("return other or datetime.utcnow()",), "nobody can tell who uses it"),
        (("return datetime.utcnow().astimezone()",), "takes it for local time"),
        (("return datetime.utcnow().replace(tzinfo=job)",), "gets the time zone `job`"),
        (("return datetime.utcnow().timetuple()",), "`.timetuple`"),
        (("start = datetime.utcnow()", "row.at = start", "return start.year"), "(through `start`)"),
        (("other = datetime.utcnow()", "return other.year"), "comes from or goes elsewhere"),
        (("start = datetime.utcnow()", "return lambda: start.year"), "comes from or goes elsewhere"),
        (("for start in job:", "    job.append(start.year)", "start = datetime.utcnow()"), "another value"),
        (("row(default=datetime.utcnow)",), "the `default` of `row`"),
        (("return sorted(job, key=datetime.utcfromtimestamp)",), "`key` of `sorted`"),
    ],
)
def test_everything_else_is_left_to_a_person(lines: tuple[str, ...], because: str) -> None:
    sites = surveyed(function(*lines))
    assert [site.safety for site in sites] == [Safety.MANUAL]
    assert because in sites[0].message


def test_calls_that_belong_together_change_together_or_not_at_all() -> None:
    sites = surveyed(function("a = datetime.utcnow()", "b = datetime.utcnow()", "row.at = b", "return b - a"))
    assert {site.safety for site in sites} == {Safety.MANUAL}


def test_a_zone_that_is_put_in_at_once_is_asked_for() -> None:
    text = function("return datetime.utcfromtimestamp(job.at).replace(tzinfo=timezone.utc)")
    assert fixed(text) == function("return datetime.fromtimestamp(job.at, timezone.utc)")


def test_the_values_that_are_left_can_stay_without_a_zone() -> None:
    text = function("row.at = datetime.utcnow()", "return datetime.utcnow().year, datetime.utcnow().isoformat()")
    after = fixed(text, rest="naive")
    naive = f"{AWARE}.replace(tzinfo=None)"
    assert after == function(f"row.at = {naive}", f"return {AWARE}.year, {naive}.isoformat()")


@pytest.mark.parametrize(
    ("requires", "imported"), [(">=3.11", "from datetime import UTC, datetime"), (">=3.9", "import datetime, timezone")]
)
def test_the_short_name_of_utc_is_for_projects_whose_python_has_it(requires: str, imported: str) -> None:
    texts = {"pyproject.toml": f'[project]\nname = "x"\nrequires-python = "{requires}"\n'.encode()}
    after = fixed("from datetime import datetime\n\nprint(datetime.utcnow().year)\n", texts)
    assert imported in after


def test_the_two_names_of_datetime_in_one_file_are_left_to_a_person() -> None:
    text = "import datetime\ndatetime.datetime.utcnow()\nfrom datetime import datetime\ndatetime.utcnow()\n"
    assert [(site.at.line, site.safety) for site in surveyed(text)] == [(2, Safety.MANUAL), (4, Safety.MANUAL)]


@pytest.mark.parametrize("head", ["import arrow as datetime", "class datetime:\n    pass", "from pandas import *"])
def test_other_clocks_are_none_of_its_business(head: str) -> None:
    assert surveyed(f"{head}\nprint(datetime.utcnow().year)\n") == []


def test_seconds_that_become_right_need_a_person_to_agree() -> None:
    (site,) = surveyed(function("return datetime.utcnow().timestamp()"))
    assert site.safety is None or site.safety is Safety.REVIEW


def test_what_stays_the_same_is_safe() -> None:
    (site,) = surveyed(function("return datetime.utcnow().year"))
    assert site.safety is Safety.SAFE
