"""One text through one codemod, for tests."""

from fixbot.attempt import attempt
from fixbot.codemod import Safety
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.model import Finding, SourceFile
from fixbot.registry import choose


def found(slug: str, text: str, path: str = "sample.py", *, whole: bool = False, **options: str) -> tuple[Finding, ...]:
    (codemod,) = of_files(choose([slug], options={slug: options}))
    inspection = inspect(SourceFile(path, text.encode()), [codemod], whole=whole)
    assert not inspection.broken, inspection.broken[0].trace
    return inspection.findings


def fixed_by(slug: str, text: str, path: str = "sample.py", **options: str) -> str:
    (codemod,) = of_files(choose([slug], options={slug: options}))
    done = attempt(SourceFile(path, text.encode()), codemod, Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    assert done.rewrite is not None, [refusal.because for refusal in done.refused]
    return done.rewrite.after.decode()


def refused_by(slug: str, text: str, **options: str) -> list[str]:
    (codemod,) = of_files(choose([slug], options={slug: options}))
    done = attempt(SourceFile("sample.py", text.encode()), codemod, Safety.REVIEW)
    assert done.rewrite is None
    return [refusal.because for refusal in done.refused]
