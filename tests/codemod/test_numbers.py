"""Tests of what numbers in guards seem to be."""

from __future__ import annotations

import pytest

from tests.codemod.trying import found

SLUG = "magic-number-guard"


def said(test: str, error: str = "raise ValueError('no')") -> list[str]:
    return [
        finding.message for finding in found(SLUG, f"def check(it, age, size, now):\n    if {test}:\n        {error}\n")
    ]


@pytest.mark.parametrize(
    ("test", "part"),
    [
        ("age > 30 * 24 * 3600", "`30 * 24 * 3600` is 30 days in seconds; a constant such as `MAX_AGE_SECONDS`"),
        ("age > 90 * 60", "90 minutes in seconds"),
        ("age >= 24 * 60 * 60 * 1000", "1 day in milliseconds; a constant such as `MAX_AGE_MILLISECONDS`"),
        ("now - it.created < 2 * 3600", "2 hours in seconds; a constant such as `MIN_AGE_SECONDS`"),
        ("it.age.total_seconds() > 86400", "1 day in seconds; a constant such as `MAX_AGE_SECONDS`"),
        ("size > 10 * 1024 * 1024", "10 MiB in bytes; a constant such as `MAX_SIZE`"),
        ("it['body-size'] > 5242880", "5 MiB in bytes; a constant such as `MAX_BODY_SIZE`"),
        ("int(size) > 64 * 1024", "64 KiB in bytes"),
        ("not 3 * 3600 <= age", "3 hours in seconds; a constant such as `MIN_AGE_SECONDS`"),
        ("3600 * 24 < age", "1 day in seconds; a constant such as `MAX_AGE_SECONDS`"),
    ],
)
def test_products_of_units_are_told_in_larger_units(test: str, part: str) -> None:
    assert any(part in message for message in said(test))


@pytest.mark.parametrize(
    ("test", "error", "told"),
    [
        ("len(it.name) > 120", "raise ValueError('at most 120 letters')", True),
        ("len(it.name) > 120", "raise ValueError(f'{it}: at most 120 letters')", True),
        ("it.total > 1500", "raise ValueError('at most 1,500')", True),
        ("it.total > 2.5", "raise ValueError('at most 2.5')", False),
        ("it.total > 120", "raise ValueError('at most 1200')", False),
        ("it.total > 120", "raise ValueError('too many')", False),
        ("it.total > 120", "print('at most 120')", False),
        ("it.total == 120", "raise ValueError('not 120')", False),
        ("it.total > 120", "return {'error': 'at most 120'}, 422", True),
        ("it.total > 120", "return {'error': 'at most 120'}, 200", False),
        ("it.total > 120", "return False, 'at most 120'", True),
        ("it.total > 120", "return Reply(status_code=413, text='at most 120')", True),
        ("it.total > 120", "sys.exit('at most 120')", True),
        ("it.hour > 23", "raise ValueError('hours end at 23')", False),
        ("-it > 120", "raise ValueError('at most 120')", False),
    ],
)
def test_numbers_count_where_the_error_says_them(test: str, error: str, *, told: bool) -> None:
    assert bool(said(test, error)) is told


def test_evidence_names_the_second_place() -> None:
    (finding,) = found(
        SLUG,
        "def check(it):\n    if it.total > 120:\n        raise ValueError(\n            'at most 120'\n        )\n",
    )

    assert [each.line for each in finding.evidence] == [2, 4]
    assert finding.message == "`120` is the most that `it.total` may be; a constant such as `MAX_TOTAL` would say so"


def test_tests_are_not_looked_at() -> None:
    code = "def check(it):\n    if it.total > 120:\n        raise ValueError('at most 120')\n"

    assert found(SLUG, code)
    assert not found(SLUG, code, "tests/test_check.py")
