import ast

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import exceptions_of
from fixbot.model import SourceFile


def raised(body: str, parameters: str = "x: str") -> list[str]:
    text = f"import os, pathlib, subprocess\ndef sample({parameters}):\n    try:\n        {body}\n    except: pass\n"
    module = parse(SourceFile("sample.py", text.encode()))
    assert isinstance(module, Module)
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return [one.type for one in exceptions_of(node.body, Names(module), node).exceptions]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x.split('=')[0]", []),
        ("x.split('=', 1)[-1]", []),
        ("x.rsplit(':')[0]", []),
        ("x.split('=')[1]", ["IndexError"]),
        ("x.split()[0]", ["IndexError"]),
        ("x.split(None)[0]", ["IndexError"]),
        ("x.splitlines()[0]", ["IndexError"]),
        ("x.partition('=')[2]", []),
        ("x.partition('=')[-3]", []),
        ("x.partition('=')[3]", ["IndexError"]),
        ("x.partition('=')[x]", ["IndexError"]),
        ("head, _, tail = x.partition('=')", []),
        ("head, tail = x.partition('=')", ["ValueError"]),
        ("head, *tail = x.partition('=')", ["ValueError"]),
        ("os.path.splitext(x)[1]", []),
        ("root, ext = os.path.splitext(x)", []),
        ("int(os.path.splitext(x)[0])", ["ValueError"]),
        ("for key, value in {}.items(): pass", []),
    ],
)
def test_an_item_that_is_always_there_raises_nothing(body: str, expected: list[str]) -> None:
    assert raised(body) == expected


def test_a_part_of_a_text_of_which_nothing_is_known_is_there_as_well() -> None:
    assert raised("x.split('=')[0]", "x") == []
    assert raised("x.split('=')[1]", "x") == ["IndexError"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x.decode('utf-8', errors='ignore')", []),
        ("x.decode('utf-8', 'replace')", []),
        ("x.decode('ascii', 'strict')", ["UnicodeDecodeError"]),
        ("x.decode('utf-8')", ["UnicodeDecodeError"]),
        ("x.decode('latin-1')", []),
        ("x.decode('ISO-8859-1')", []),
        ("x.decode(*['latin-1'])", ["UnicodeDecodeError", "LookupError"]),
        ("str(x).encode('ascii', 'xmlcharrefreplace')", []),
        ("open('a', errors='ignore').read()", ["OSError", "OSError"]),
        ("open('a', errors='strict').read()", ["OSError", "OSError", "UnicodeDecodeError"]),
        ("open('a', 'rb', errors='ignore').read()", ["OSError", "OSError"]),
        ("open('a', 'w', errors='replace').write('b')", ["OSError", "OSError"]),
        ("pathlib.Path('a').read_text(errors='ignore')", ["OSError"]),
        ("pathlib.Path('a').read_text(encoding='utf-8')", ["OSError", "UnicodeDecodeError"]),
    ],
)
def test_text_is_read_whatever_it_holds_where_the_call_says_so(body: str, expected: list[str]) -> None:
    assert raised(body, "x: bytes") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("'%s' % x", []),
        ("'%s is %r, 100 %%' % (x, 1)", []),
        ("'%s %s' % x", ["TypeError", "ValueError"]),
        ("'%s' % (x, x)", ["TypeError", "ValueError"]),
        ("'%d' % x", ["TypeError", "ValueError"]),
        ("'%(a)s' % x", ["TypeError", "ValueError"]),
        ("'100 %' % x", ["TypeError", "ValueError"]),
        ("x % 'a'", ["TypeError", "ValueError"]),
        ("'{} {}'.format(x, 1)", []),
        ("'{0} {key!r}'.format(x, key=1)", []),
        ("'plain'.format()", []),
        ("'{} {}'.format(x)", ["IndexError", "KeyError", "ValueError"]),
        ("'{key}'.format(x)", ["IndexError", "KeyError", "ValueError"]),
        ("'{:d}'.format(x)", ["IndexError", "KeyError", "ValueError"]),
        ("'{'.format(x)", ["IndexError", "KeyError", "ValueError"]),
        ("x.format(1)", ["IndexError", "KeyError", "ValueError"]),
    ],
)
def test_a_literal_format_that_fits_its_values_raises_nothing(body: str, expected: list[str]) -> None:
    assert raised(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x / (1024 * 1024)", []),
        ("x / 1024 ** 3", []),
        ("x // 1e3", []),
        ("x / (0 * 3)", ["ZeroDivisionError"]),
        ("x / (x * 3)", ["ZeroDivisionError"]),
        ("x / 2 ** 100", ["ZeroDivisionError"]),
        ("x / (8 - 8)", ["ZeroDivisionError"]),
        ("x % 0", ["ZeroDivisionError"]),
        ("round(x / 3, 2)", []),
        ("round(x / 3)", ["OverflowError", "ValueError"]),
    ],
)
def test_a_divisor_that_is_a_number_other_than_zero_divides(body: str, expected: list[str]) -> None:
    assert raised(body, "x: int") == expected


@pytest.mark.parametrize(
    ("body", "late"),
    [
        ("x.wait()", False),
        ("x.wait(3)", True),
        ("x.wait(timeout=3)", True),
        ("x.communicate(b'')", False),
        ("x.communicate(b'', 3)", True),
        ("x.communicate(**{})", True),
        ("subprocess.call(['a'])", False),
        ("subprocess.call(['a'], timeout=3)", True),
    ],
)
def test_only_who_gives_a_time_can_be_late(body: str, *, late: bool) -> None:
    found = raised(f"x = subprocess.Popen(['a']); {body}", "")
    assert ("subprocess.TimeoutExpired" in found) is late
    assert "OSError" in found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("list(zip(x, x))", []),
        ("list(zip(x, x, strict=True))", ["ValueError"]),
        ("x.update({'a': 1})", []),
    ],
)
def test_pairs_that_are_written_out_and_zips_of_any_length_fit(body: str, expected: list[str]) -> None:
    assert raised(body, "x: list") == expected
