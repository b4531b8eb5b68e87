"""One file through the bare-except codemod and the ladder, for tests."""

from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Safety
from fixbot.codemod.contract import of_files
from fixbot.model import SourceFile
from fixbot.registry import choose

(BARE_EXCEPT,) = of_files(choose(["bare-except"]))


def attempted(content: str | bytes, path: str = "sample.py") -> Attempt:
    encoded = content.encode() if isinstance(content, str) else content
    done = attempt(SourceFile(path, encoded), BARE_EXCEPT, Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    return done


def fixed_bytes(content: bytes, path: str = "sample.py") -> bytes:
    done = attempted(content, path)
    assert done.rewrite is not None, [refusal.because for refusal in done.refused]
    return done.rewrite.after


def fixed(text: str, path: str = "sample.py") -> str:
    return fixed_bytes(text.encode(), path).decode()


def refusals(content: str | bytes) -> list[str]:
    done = attempted(content)
    assert done.rewrite is None
    return [refusal.because for refusal in done.refused]
