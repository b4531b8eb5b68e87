"""A codemod's examples as test cases, for the author of any codemod; it needs no particular test runner.

With pytest:

    @pytest.mark.parametrize("case", cases(BareExcept), ids=str)
    def test_example(case):
        case.check()
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Codemod, Fixes, Keeps, ProjectCodemod, Recipe, Safety
from fixbot.codemod.examples import Code
from fixbot.codemod.patches import TextCodemod
from fixbot.codemod.tickets import TicketCodemod
from fixbot.engine import inspect, survey, whole
from fixbot.engine.patching import hear
from fixbot.joint import attempt_jointly
from fixbot.model import Finding, SourceFile, Ticket
from fixbot.otherwise import attempt_otherwise

_PATH = "example.py"
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


def cases(codemod: type[Recipe]) -> list[Case]:
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


def _documented(codemod: type[Recipe]) -> None:
    explanation = codemod.explanation()
    assert explanation.title  # noqa: S101 - this module is a test's
    assert codemod.slug().replace("-", "_") == codemod.__module__.rpartition(".")[2]  # noqa: S101
    assert all(reference.startswith("https://") for reference in codemod.references)  # noqa: S101


def _shown(codemod: type[Recipe]) -> None:
    names = [example.because for example in codemod.examples]
    assert len(set(names)) == len(names), "two examples have the same name"  # noqa: S101
    fixes = sum(isinstance(example, Fixes) for example in codemod.examples)
    reports = sum(isinstance(example, Keeps) and example.reports is not None for example in codemod.examples)
    if codemod.safety is Safety.MANUAL:  # it rewrites nothing, so it shows what it reports
        assert reports >= _LEAST_FIXES, f"{reports} Keeps that report, at least {_LEAST_FIXES} are needed"  # noqa: S101
    else:
        assert fixes >= _LEAST_FIXES, f"{fixes} Fixes, at least {_LEAST_FIXES} are needed"  # noqa: S101
    keeps = sum(isinstance(example, Keeps) for example in codemod.examples)
    assert keeps >= _LEAST_KEEPS, f"{keeps} Keeps, at least {_LEAST_KEEPS} are needed"  # noqa: S101


def _fixes(codemod: type[Recipe], example: Fixes, variant: _Variant) -> None:
    before, after = _written(example.before, variant), _written(example.after, variant)
    done = _attempted(codemod, before)
    assert done.rewrites, f"left alone: {[refusal.because for refusal in done.refused]}"  # noqa: S101
    now = before | {rewrite.path: rewrite.after for rewrite in done.rewrites}
    assert _read(now, variant) == _read(before | after, variant)  # noqa: S101
    assert not _attempted(codemod, now).rewrites, "a second pass changes it again"  # noqa: S101


def _keeps(codemod: type[Recipe], example: Keeps, variant: _Variant) -> None:
    files = _written(example.code, variant)
    done = _attempted(codemod, files)
    assert not done.rewrites, {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}  # noqa: S101
    assert not done.refused, [refusal.because for refusal in done.refused]  # noqa: S101
    if example.reports is not None:
        said = [finding.message for finding in _findings(codemod, files) if not finding.fixable]
        assert any(example.reports in message for message in said), f"reported: {said}"  # noqa: S101


def _written(code: Code, variant: _Variant) -> dict[str, bytes]:
    """Return the files of an example; it is one file where it gives no paths."""
    files = {_PATH: code} if isinstance(code, str) else code
    return {path: variant.write(text) for path, text in files.items()}


def _read(files: Mapping[str, bytes], variant: _Variant) -> dict[str, str]:
    return {path: variant.read(content) for path, content in files.items()}


def _attempted(codemod: type[Recipe], files: Mapping[str, bytes]) -> Attempt:
    """Rewrite and climb the ladder, which checks encoding, line ends, compilation, settling, comments and tokens."""
    made = codemod()
    if isinstance(made, ProjectCodemod):
        done = attempt_jointly(whole(files), made, Safety.REVIEW)
    elif isinstance(made, TextCodemod):
        done = attempt_otherwise(whole(files), numbered(made, files), Safety.REVIEW)
    else:
        done = attempt(_only(files), _of_files(made), Safety.REVIEW)
    assert done.broken is None, done.broken.trace  # noqa: S101
    return done


def numbered(made: TextCodemod, files: Mapping[str, bytes]) -> TextCodemod:
    """Return a codemod that has the issues which it needs: the first that it asks for in some files is number 1."""
    if not isinstance(made, TicketCodemod):
        return made
    wishes = enumerate(made.wishes(whole(files)), start=1)
    return made.knowing(Ticket(words=wish.words, path=wish.path, number=number) for number, wish in wishes)


def _findings(codemod: type[Recipe], files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    made = codemod()
    if isinstance(made, ProjectCodemod):
        return survey(whole(files), made).findings
    if isinstance(made, TextCodemod):
        return hear(whole(files), made).findings
    return inspect(_only(files), [_of_files(made)], whole=True).findings


def _of_files(made: Recipe) -> Codemod:
    assert isinstance(made, Codemod), f"{type(made).__name__} is no Codemod, ProjectCodemod or TextCodemod"  # noqa: S101
    return made


def _only(files: Mapping[str, bytes]) -> SourceFile:
    assert len(files) == 1, "only a codemod that looks at projects has examples of several files"  # noqa: S101
    return next(SourceFile(path, content) for path, content in files.items())
