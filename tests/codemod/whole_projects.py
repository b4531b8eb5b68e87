"""What a codemod of whole projects finds in some files, and what it makes of them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from fixbot.codemod import ProjectCodemod, Safety
from fixbot.codemod.contract import of_projects
from fixbot.engine import survey, whole
from fixbot.joint import attempt_jointly
from fixbot.model import Finding
from fixbot.registry import choose


def _made(slug: str, files: Mapping[str, str], options: Mapping[str, str]) -> tuple[ProjectCodemod, dict[str, bytes]]:
    (codemod,) = of_projects(choose([slug], options={slug: dict(options)}))
    return codemod, {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}


def told(slug: str, files: Mapping[str, str] | str, **options: str) -> list[Finding]:
    several = {"sample.py": files} if isinstance(files, str) else files
    codemod, contents = _made(slug, several, options)
    found = survey(whole(contents), codemod)
    assert found.broken is None, found.broken.trace
    return list(found.findings)


def reasons(slug: str, text: str) -> list[str]:
    codemod, contents = _made(slug, {"sample.py": text}, {})
    return [each.because for each in survey(whole(contents), codemod).dismissed]


def remade(slug: str, files: Mapping[str, str], **options: str) -> dict[str, str]:
    codemod, contents = _made(slug, files, options)
    done = attempt_jointly(whole(contents), codemod, Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    assert not done.refused, [refusal.because for refusal in done.refused]
    return {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}
