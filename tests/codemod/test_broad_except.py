import pytest

from fixbot.model import Safety
from tests.codemod.trying import fixed_by, found, refused_by


def broad(
    body: str = "n = int(a)", inside: str = "n = 0", *, head: str = "", sign: str = "def f(a: str, b):", end: str = ""
) -> str:
    return (
        f"{head}\n{sign}\n    try:\n        {body}\n    except Exception as e:\n        {inside}\n    return n\n{end}\n"
    )


def doubled(types: str, head: str = "") -> str:
    return f"{head}\ndef f(a):\n    try:\n        return a()\n    except {types}:\n        return 1\n"


def clause(text: str, **options: str) -> str:
    lines = fixed_by("broad-except", text, **options).splitlines()
    return next(line.strip() for line in lines if line.strip().startswith("except"))


def test_all_that_the_body_can_raise_is_named() -> None:
    assert clause(broad()) == "except ValueError as e:"
    assert clause(broad("n = os.stat(a).st_size + int(a)", head="import os")) == "except (OSError, ValueError) as e:"


LEFT = {
    "an unknown call": broad("n = b(a)"),
    "an unknown method": broad("n = b.unheard_of(a)"),
    "an imported function": broad("n = g(a)", head="from other import g"),
    "arguments in a row": broad("n = int(*b)"),
    "arguments by name in a row": broad("n = int(**b)"),
    "a function of the file": broad("n = g(a)", end="def g(a): return h(a)"),
    "a method of the class": "class A:\n" + broad("n = self.g(a)").replace("\n", "\n    "),
    "an import by name": broad("n = importlib.import_module(a)", head="import importlib"),
    "an import by a function": broad("n = __import__(a)"),
    "a generator": broad("yield int(a)"),
    "silence": broad(inside="pass"),
    "it raises again": broad(inside="print(e); raise"),
    "nothing is raised": broad("n = 1"),
    "a plain Exception": broad("raise Exception(a)"),
    "what is caught before": (
        "def f(a: str):\n    try:\n        return int(a)\n    except ValueError:\n        return 1\n"
        "    except Exception:\n        return 2\n"
    ),
    "another Exception": broad(head="from other import Exception"),
    "the error is kept": broad(inside="b.error = e; n = 0"),
    "the error is queued": broad(inside="b.put(e); n = 0"),
    "the error is used below": broad(inside="n = e"),
    "a program": broad(sign="def main(a: str, b):"),
    "a request": broad(sign="def do_GET(a: str, b):"),
    "a route": broad(head="@app.get('/')"),
    "a thread": broad(end="Thread(target=f).start()"),
    "a callback": broad(end="task.add_done_callback(f)"),
    "a script": "if __name__ == '__main__':\n    try:\n        int(a)\n    except Exception:\n        print('no')\n",
    "a comment": broad(inside="# whatever is wrong with it\n        n = 0"),
    "a comment at the clause": broad().replace("as e:", "as e:  # must not fail here"),
    "an exit": broad("n = int(a); raise SystemExit"),
}


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_not_understood_or_meant_so_is_left_alone(text: str) -> None:
    assert found("broad-except", text) == ()


NOT_LEFT = {
    "a comment of something else": broad(inside="# none was given\n        n = 0"),
    "a text that is kept": broad(inside="b.append(str(e)); n = 0"),
    "an ordinary decorator": broad(head="@functools.lru_cache(maxsize=1)"),
    "a try inside the function": broad(sign="def main(a: str, b):")
    .replace("    try", "    if a:\n     try", 1)
    .replace("        n = int", "      n = int")
    .replace("    except", "     except")
    .replace("        n = 0", "      n = 0"),
    "a condition at module level": "a = '1'\nif a:\n    try: n = int(a)\n    except Exception: n = 1\n",
}


@pytest.mark.parametrize("text", NOT_LEFT.values(), ids=NOT_LEFT)
def test_what_only_looks_like_it_is_found(text: str) -> None:
    assert len(found("broad-except", text)) == 1


def test_the_rest_can_be_logged_and_raised_again() -> None:
    after = fixed_by("broad-except", broad(), rest="log")
    assert (
        "    except ValueError as e:\n        n = 0\n"
        '    except Exception:\n        logger.exception("int failed in f")\n        raise\n'
    ) in after
    assert found("broad-except", after, rest="log") == ()


def test_the_rest_cannot_be_logged_without_a_logger() -> None:
    (finding,) = found("broad-except", broad(head="logging = 1"), rest="log")
    assert finding.safety is Safety.MANUAL
    assert finding.message.endswith("no logger can be reached here")


def test_loguru_logs_the_rest_in_its_own_way() -> None:
    after = fixed_by("broad-except", broad(head="from loguru import logger"), rest="log")
    assert 'logger.exception("int failed in f")' in after


CAUSES = [
    ("raise KeyError(a)", "raise KeyError(a) from e"),
    ("raise KeyError(a) from None", "raise KeyError(a) from None"),
    ("e = 1; raise KeyError(a)", "e = 1; raise KeyError(a)"),
]


@pytest.mark.parametrize(("before", "after"), CAUSES)
def test_what_is_raised_anew_names_its_cause(before: str, after: str) -> None:
    assert f"    except ValueError as e:\n        {after}\n" in fixed_by("broad-except", broad(inside=before))


def test_a_name_is_bound_where_there_is_none() -> None:
    text = broad(inside="raise KeyError(a)").replace(" as e", "")
    assert "except ValueError as exc:\n        raise KeyError(a) from exc\n" in fixed_by("broad-except", text)


def test_the_name_of_an_inner_handler_is_not_taken_for_the_cause() -> None:
    text = broad(inside="try: b()\n        except OSError as e: pass\n        raise KeyError(a)")
    assert "raise KeyError(a)\n" in fixed_by("broad-except", text)


DOUBLED = [
    ("(OSError, IOError)", "", "OSError"),
    ("(IOError, OSError)", "", "OSError"),
    ("(IOError, EnvironmentError)", "", "IOError"),
    ("(select.error, IOError)", "import select", "select.error"),
    ("(ValueError, UnicodeDecodeError, KeyError)", "", "(ValueError, KeyError)"),
    ("(ValueError, KeyError, UnicodeDecodeError)", "", "(ValueError, KeyError)"),
    ("(KeyError, IndexError, LookupError)", "", "LookupError"),
    ("(Exception, KeyError)", "", "Exception"),
    ("(BaseException, Exception)", "", "BaseException"),
    ("(Exception, asyncio.TimeoutError)", "import asyncio", "Exception"),
    ("(ValueError, json.JSONDecodeError) as e", "import json\njson.x", "ValueError as e"),
    ("(OSError, OSError)", "", "OSError"),
]


@pytest.mark.parametrize(("types", "head", "left"), DOUBLED)
def test_a_type_that_another_one_catches_goes(types: str, head: str, left: str) -> None:
    (finding,) = found("broad-except", doubled(types, head))
    assert finding.safety is Safety.SAFE
    assert finding.message.endswith(f"`except {left.removesuffix(' as e')}:` catches the same")
    assert clause(doubled(types, head)) == f"except {left}:"


KEPT = [
    ("(OSError, ValueError)", ""),
    ("(OSError, asyncio.TimeoutError)", "import asyncio"),
    ("(TimeoutError, asyncio.TimeoutError)", "import asyncio"),
    ("(TimeoutError, socket.timeout)", "import socket"),
    ("(ValueError, JSONDecodeError)", "from other import JSONDecodeError"),
    ("(KeyError, IndexError)", ""),
    ("(Exception, asyncio.CancelledError)", "import asyncio"),
    ("(Exception)", ""),
    ("(Exception, Own)", "from other import Own"),
]


@pytest.mark.parametrize(("types", "head"), KEPT)
def test_types_that_differ_in_some_version_or_are_not_known_stay(types: str, head: str) -> None:
    assert found("broad-except", doubled(types, head)) == ()


def test_a_doubled_type_of_other_words_is_only_reported() -> None:
    text = doubled("(OSError, Mine)", "class Mine(ConnectionError): pass").replace("Mine", "MyConnectionError")
    (finding,) = found("broad-except", text)
    assert finding.safety is Safety.MANUAL
    assert [one.says for one in finding.evidence] == ["`MyConnectionError` is a kind of `OSError`"]


def test_a_comment_in_a_tuple_is_not_lost() -> None:
    text = doubled("(\n        OSError,\n        IOError,  # old\n    )")
    assert refused_by("broad-except", text) == ["loses '#', 'old'"]
