"""A codemod's examples as test cases, for the author of any codemod; it needs no particular test runner.

With pytest:

    @pytest.mark.parametrize("case", cases(BareExcept), ids=str)
    def test_example(case):
        case.check()
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Codemod, Fixes, Keeps, Safety
from fixbot.model import SourceFile

_LEAST_FIXES = 2
_LEAST_KEEPS = 3


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that must hold; `check` raises AssertionError where it does not."""

    name: str
    check: Callable[[], None]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class _Variant:
    """The same example written in another way; tabs are compared by width, since brackets may hold spaces."""

    name: str
    write: Callable[[str], bytes]
    read: Callable[[bytes], str] = bytes.decode


def _tabbed(text: str) -> bytes:
    lines = (line[len(line) - len(line.lstrip(" ")) :] for line in text.splitlines(keepends=True))
    depths = ((len(line) - len(line.lstrip(" "))) // 4 for line in text.splitlines(keepends=True))
    return "".join("\t" * depth + line for depth, line in zip(depths, lines, strict=True)).encode()


_VARIANTS = (
    _Variant("as written", str.encode),
    _Variant("with CRLF", lambda text: text.replace("\n", "\r\n").encode()),
    _Variant("with a byte order mark", lambda text: codecs.BOM_UTF8 + text.encode()),
    _Variant("with tabs", _tabbed, lambda content: content.decode().expandtabs(4)),
    _Variant("without a final newline", lambda text: text.removesuffix("\n").encode()),
)


def cases(codemod: type[Codemod]) -> list[Case]:
    """Return what must hold for a codemod's documentation and for each of its examples, in each variant."""
    found = [
        Case("is documented", lambda: _documented(codemod)),
        Case("has examples", lambda: _shown(codemod)),
    ]
    for example in codemod.examples:
        for variant in _VARIANTS:
            check = _fixes if isinstance(example, Fixes) else _keeps
            found.append(Case(f"{example.because}, {variant.name}", _bound(check, codemod, example, variant)))
    return found


def _bound(check: Callable[..., None], *args: object) -> Callable[[], None]:
    return lambda: check(*args)


def _documented(codemod: type[Codemod]) -> None:
    explanation = codemod.explanation()
    assert explanation.title  # noqa: S101 - this module is a test's
    assert codemod.slug().replace("-", "_") == codemod.__module__.rpartition(".")[2]  # noqa: S101
    assert all(reference.startswith("https://") for reference in codemod.references)  # noqa: S101


def _shown(codemod: type[Codemod]) -> None:
    names = [example.because for example in codemod.examples]
    assert len(set(names)) == len(names), "two examples have the same name"  # noqa: S101
    fixes = sum(isinstance(example, Fixes) for example in codemod.examples)
    assert fixes >= _LEAST_FIXES, f"{fixes} Fixes, at least {_LEAST_FIXES} are needed"  # noqa: S101
    keeps = sum(isinstance(example, Keeps) for example in codemod.examples)
    assert keeps >= _LEAST_KEEPS, f"{keeps} Keeps, at least {_LEAST_KEEPS} are needed"  # noqa: S101


def _fixes(codemod: type[Codemod], example: Fixes, variant: _Variant) -> None:
    before, after = variant.write(example.before), variant.write(example.after)
    done = _attempted(codemod, before)
    assert done.rewrite is not None, f"left alone: {[refusal.because for refusal in done.refused]}"  # noqa: S101
    assert variant.read(done.rewrite.after) == variant.read(after)  # noqa: S101
    assert _attempted(codemod, done.rewrite.after).rewrite is None, "a second pass changes it again"  # noqa: S101


def _keeps(codemod: type[Codemod], example: Keeps, variant: _Variant) -> None:
    content = variant.write(example.code)
    done = _attempted(codemod, content)
    assert done.rewrite is None, done.rewrite.after.decode()  # noqa: S101
    assert not done.refused, [refusal.because for refusal in done.refused]  # noqa: S101


def _attempted(codemod: type[Codemod], content: bytes) -> Attempt:
    """Rewrite and climb the ladder, which checks encoding, line ends, compilation, settling, comments and tokens."""
    done = attempt(SourceFile("example.py", content), codemod(), Safety.REVIEW)
    assert done.broken is None, done.broken.trace  # noqa: S101
    return done
