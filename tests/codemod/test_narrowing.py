import pytest

from fixbot.model import Finding
from fixbot.render import _row
from tests.codemod.trying import fixed_by, found

HANDLERS = {"bare-except": "except:", "silent-except": "except Exception:"}


def text(slug: str, body: str, head: str = "import os, json", sign: str = "def f(a: str, b):") -> str:
    return f"{head}\n{sign}\n    try:\n        {body}\n    {HANDLERS[slug]}\n        pass\n"


def clause(slug: str, body: str, sign: str = "def f(a: str, b):", **options: str) -> str:
    lines = fixed_by(slug, text(slug, body, sign=sign), **options).splitlines()
    return next(line.strip() for line in lines if line.strip().startswith("except"))


def evidence(finding: Finding) -> list[str]:
    return [one.says for one in finding.evidence]


POLICIES = [
    ("complete", "os.stat(a)", "except OSError:"),
    ("complete", "b.send(int(a))", "except Exception:"),
    ("likely", "os.stat(a)", "except OSError:"),
    ("likely", "b.send(int(a))", "except ValueError:"),
    ("likely", "b.frob(a)", "except Exception:"),
    ("never", "os.stat(a)", "except Exception:"),
    ("never", "b.send(int(a))", "except Exception:"),
]


@pytest.mark.parametrize("slug", HANDLERS)
@pytest.mark.parametrize(("narrow", "body", "expected"), POLICIES)
def test_the_policy_says_when_types_are_named(slug: str, narrow: str, body: str, expected: str) -> None:
    assert clause(slug, body, narrow=narrow) == expected


@pytest.mark.parametrize("slug", HANDLERS)
@pytest.mark.parametrize(
    "body", ["await b.run(int(a))", "async with b(int(a)): pass", "async for c in b(int(a)): pass"]
)
def test_what_awaits_something_unknown_stays_broad_and_says_so(slug: str, body: str) -> None:
    (finding,) = found(slug, text(slug, body, sign="async def f(a: str, b):"), narrow="likely")
    assert clause(slug, body, sign="async def f(a: str, b):", narrow="likely") == "except Exception:"
    assert "it awaits something of which nothing is known: the clause stays broad" in evidence(finding)


def test_the_guard_of_an_endless_loop_stays_broad_and_says_so() -> None:
    looped = "def f(b):\n    while True:\n        try:\n            b(int('1'))\n        except:\n            b()\n"
    (finding,) = found("bare-except", looped, narrow="likely")
    assert "it guards an endless loop: the clause stays broad" in evidence(finding)
    assert "except Exception:" in fixed_by("bare-except", looped, narrow="likely")


@pytest.mark.parametrize("slug", HANDLERS)
def test_types_that_are_only_likely_are_offered_to_the_reviewer(slug: str) -> None:
    (finding,) = found(slug, text(slug, "b.frob(int(a), {}[a])"), whole=True)
    offer = evidence(finding)[-1]
    assert offer.startswith("likely: `except (")
    assert {"KeyError", "ValueError"} <= set(offer.replace("(", " ").replace(")", " ").replace(",", "").split())
    assert "; likely: `except (" in str(_row(finding)["why"])


@pytest.mark.parametrize("slug", HANDLERS)
def test_a_scan_works_out_nothing_that_is_only_likely(slug: str) -> None:
    (finding,) = found(slug, text(slug, "b.frob(int(a), {}[a])"))
    assert not any("likely" in says for says in evidence(finding))


def test_nothing_is_offered_where_nothing_is_to_be_named() -> None:
    (finding,) = found("bare-except", text("bare-except", "b.send(int(a))"), whole=True, narrow="never")
    assert not any("likely" in says for says in evidence(finding))


def test_a_likely_type_that_cannot_be_written_is_not_offered() -> None:
    shadowed = text("bare-except", "b.send(int(a))", head="ValueError = 1")
    (finding,) = found("bare-except", shadowed, whole=True)
    assert not any("likely" in says for says in evidence(finding))


def test_a_cancelled_task_is_news_for_a_bare_clause_alone() -> None:
    said = "a cancelled task now passes through"
    for slug, told in {"bare-except": True, "silent-except": False}.items():
        (finding,) = found(slug, text(slug, "await b()", sign="async def f(a, b):"))
        assert (said in evidence(finding)) is told


def test_a_child_of_what_is_caught_before_is_not_named() -> None:
    body = (
        "    try:\n        a(); raise FileNotFoundError\n    except OSError:\n        pass\n    except:\n        a()\n"
    )
    assert "    except Exception:\n" in fixed_by("bare-except", f"def f(a):\n{body}", narrow="likely")


def test_a_type_of_a_module_that_the_body_imports_is_not_written() -> None:
    body = "import json\n        return json.loads(a)"
    assert "except Exception:" in fixed_by("bare-except", text("bare-except", body, head="import os"), narrow="likely")
