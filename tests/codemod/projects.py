"""Some files through one codemod of projects, for tests."""

import textwrap
from collections.abc import Mapping

from fixbot.codemod import ProjectCodemod, Safety
from fixbot.engine.survey import Survey, survey, whole
from fixbot.joint import attempt_jointly
from fixbot.registry import choose


def codemod_of(slug: str) -> ProjectCodemod:
    (codemod,) = choose([slug])
    assert isinstance(codemod, ProjectCodemod)
    return codemod


def surveyed(slug: str, files: Mapping[str, str]) -> Survey:
    told = survey(whole({path: textwrap.dedent(text).encode() for path, text in files.items()}), codemod_of(slug))
    assert told.broken is None, told.broken.trace
    return told


def rewritten(slug: str, text: str, path: str = "app.py") -> str:
    """Return a file after its rewrite; the same where nothing is rewritten."""
    done = attempt_jointly(whole({path: text.encode()}), codemod_of(slug), Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    return next((rewrite.after.decode() for rewrite in done.rewrites), text)
