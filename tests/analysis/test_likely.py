import ast
import textwrap

import pytest

from fixbot.analysis.likely import Likely, Policy, ranking, suggestion
from fixbot.analysis.likely.rank import MOST, chosen
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import exceptions_of
from fixbot.analysis.raises.facts import parents
from fixbot.analysis.raises.families import families
from fixbot.model import SourceFile


def asked(code: str, *, place: int = -1) -> tuple[Module, Names, ast.Try, ast.ExceptHandler]:
    """Give what is asked about: the last `try` of some code, and one of its handlers."""
    module = parse(SourceFile("app.py", textwrap.dedent(code).encode()))
    assert isinstance(module, Module)
    found = [node for node in ast.walk(module.tree) if isinstance(node, ast.Try)]
    node = max(found, key=lambda one: one.lineno)
    return module, Names(module), node, node.handlers[place]


def likely(code: str, *, place: int = -1) -> list[str]:
    module, names, node, handler = asked(code, place=place)
    answer = exceptions_of(node.body, names, node)
    return [one.type for one in suggestion(module, names, node, handler, answer=answer)]


def guarded(body: str, before: str = "") -> str:
    lines = [before, "def run(text: str, path, table, rows, thing, lines):", "    try:", f"        {body}"]
    return "\n".join([*lines, "    except Exception:", "        result = None", ""])


@pytest.mark.parametrize(
    ("body", "types"),
    [
        ("result = int(text)", ["ValueError"]),
        ("import ujson", ["ImportError"]),
        ("from fast import loads", ["ImportError"]),
        ("os.unlink(path)", ["OSError"]),
        ("result = os.environ['HOME']", ["KeyError"]),
        ("result = table['name']", ["KeyError"]),
        ("result = rows[0]", ["IndexError"]),
        ("result = thing.name", ["AttributeError"]),
        ("result = next(lines)", ["StopIteration"]),
    ],
)
def test_what_people_write_around_one_expression_is_suggested(body: str, types: list[str]) -> None:
    assert likely(guarded(body, "import os")) == types


def test_nothing_is_certain_where_nothing_is_known() -> None:
    module, names, node, handler = asked(guarded("result = thing.frobnicate()"))
    answer = exceptions_of(node.body, names, node)
    sure = Policy(least=0.5, unfounded=0.5)
    assert suggestion(module, names, node, handler, answer=answer, policy=sure) == ()


def test_an_earlier_clause_leaves_its_types_to_itself() -> None:
    code = "try:\n    result = int(table['n'])\nexcept KeyError:\n    result = 0\nexcept Exception:\n    result = 1\n"
    assert "KeyError" not in likely(code)
    assert "ValueError" in likely(code)


def test_a_clause_for_a_parent_leaves_nothing_of_its_children() -> None:
    code = "import os\ntry:\n    os.unlink(p)\nexcept OSError:\n    pass\nexcept Exception:\n    pass\n"
    assert not {"OSError", "FileNotFoundError", "PermissionError"} & set(likely(code))


def test_a_package_is_known_by_what_made_the_receiver() -> None:
    code = """
    import requests
    def load(url):
        session = requests.Session()
        try:
            return session.get(url)
        except Exception:
            return None
    """
    assert likely(code) == ["requests.exceptions.RequestException"]


def test_what_the_same_file_catches_around_the_same_call_counts() -> None:
    code = """
    from shop.errors import OrderGone
    def cancel(api, key):
        try:
            api.find_order(key)
        except OrderGone:
            return None
    def pay(api, key):
        try:
            api.find_order(key)
        except Exception:
            return None
    """
    assert likely(code) == ["shop.errors.OrderGone"]


def test_a_comment_behind_the_clause_counts() -> None:
    code = "def f(thing):\n    try:\n        thing.work()\n    except:  # IndexError, TypeError\n        pass\n"
    assert set(likely(code)) == {"IndexError", "TypeError"}


def test_what_the_handler_asks_for_counts() -> None:
    code = """
    from graph import InconsistencyError
    def f(graph):
        try:
            graph.replace()
        except Exception as e:
            if isinstance(e, InconsistencyError):
                return False
            raise
    """
    assert likely(code)[0] == "graph.InconsistencyError"


def test_an_error_that_is_always_raised_is_caught() -> None:
    code = "class Gone(Exception):\n    pass\ntry:\n    raise Gone()\nexcept Exception:\n    pass\n"
    assert likely(code) == ["Gone"]


def test_the_ranking_is_the_same_every_time_and_has_its_reasons() -> None:
    module, names, node, handler = asked(guarded("result = int(open(path).read())"))
    answer = exceptions_of(node.body, names, node)
    first, second = (ranking(module, names, node, handler, answer=answer) for _ in range(2))
    assert first == second
    assert all(0 < one.chance < 1 and one.line == 4 and one.source for one in first)
    assert [one.chance for one in first] == sorted((one.chance for one in first), reverse=True)


def one(name: str, chance: float) -> Likely:
    return Likely(name, chance, 1, "f()", "stdlib")


ABOVE = {
    "UnicodeDecodeError": ("UnicodeError", "ValueError", "Exception"),
    "UnicodeEncodeError": ("UnicodeError", "ValueError", "Exception"),
    "binascii.Error": ("ValueError", "Exception"),
    "ValueError": ("Exception",),
    "KeyError": ("LookupError", "Exception"),
    "A": (),
    "B": (),
    "C": (),
    "D": (),
}


def test_three_of_a_family_become_their_parent() -> None:
    ranked = [one(name, 0.6) for name in ("UnicodeEncodeError", "binascii.Error", "KeyError", "UnicodeDecodeError")]
    assert [each.type for each in chosen(ranked, ABOVE, Policy())] == ["ValueError", "KeyError"]


def test_two_of_a_family_stay() -> None:
    ranked = [one("UnicodeEncodeError", 0.6), one("UnicodeDecodeError", 0.6)]
    assert [each.type for each in chosen(ranked, ABOVE, Policy())] == ["UnicodeEncodeError", "UnicodeDecodeError"]


def test_no_type_stands_beside_its_parent() -> None:
    ranked = [one("ValueError", 0.9), one("UnicodeDecodeError", 0.8)]
    assert [each.type for each in chosen(ranked, ABOVE, Policy())] == ["ValueError"]


def test_no_more_than_four_types_are_suggested() -> None:
    ranked = [one(name, 0.9) for name in ("A", "B", "C", "D", "KeyError", "ValueError")]
    assert len(chosen(ranked, ABOVE, Policy())) == MOST


def test_what_is_unlikely_beside_the_best_is_left_out() -> None:
    ranked = [one("A", 0.9), one("B", 0.2), one("C", 0.1)]
    assert [each.type for each in chosen(ranked, ABOVE, Policy())] == ["A"]


def test_nothing_is_said_below_the_least_chance() -> None:
    assert chosen([one("A", 0.05)], ABOVE, Policy()) == ()
    assert chosen([], ABOVE, Policy()) == ()


def test_a_parent_that_stands_for_many_stands_for_the_parent_of_a_few_as_well() -> None:
    above = {**dict.fromkeys("ABC", ("Down", "Top", "Exception")), "D": ("Top", "Exception")}
    assert families([*"ABCD"], above) == {"Top": [*"ABCD"]}
    assert families([*"ABC"], above) == {"Down": [*"ABC"]}


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("requests.exceptions.JSONDecodeError", "requests.exceptions.RequestException"),
        ("sqlalchemy.exc.IntegrityError", "sqlalchemy.exc.SQLAlchemyError"),
        ("json.JSONDecodeError", "ValueError"),
    ],
)
def test_the_parents_of_a_type_are_known_whoever_defines_it(name: str, above: str) -> None:
    assert above in parents(name)


def test_an_error_of_a_package_that_the_file_does_not_import_is_no_guess() -> None:
    body = guarded("result = thing.get(path, timeout=3)")
    module, names, node, handler = asked(body)
    answer = exceptions_of(node.body, names, node)
    assert not [one.type for one in ranking(module, names, node, handler, answer=answer) if "." in one.type]
    module, names, node, handler = asked(f"import requests\n{body}")
    answer = exceptions_of(node.body, names, node)
    assert "requests" in {one.type.partition(".")[0] for one in ranking(module, names, node, handler, answer=answer)}


def test_a_guess_does_not_hide_the_parent_that_is_known_to_come_out() -> None:
    guess, fact = Likely("UnicodeDecodeError", 0.9, 1, "f()", "practice"), one("ValueError", 0.8)
    assert chosen([guess, fact], ABOVE, Policy()) == (fact,)
    known = one("UnicodeDecodeError", 0.9)
    assert chosen([known, fact], ABOVE, Policy()) == (known,)
