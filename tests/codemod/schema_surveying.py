"""Small projects through the survey of `kwargs-schema`, for tests: what is decided, what is said, what comes of it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from fixbot.analysis.corpus import Corpus
from fixbot.codemod.contract import Site
from fixbot.codemod.keywords import survey
from fixbot.codemod.reshaping.plans import Append, Field, Reshape
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Dismissed, Safety
from fixbot.registry import choose

Files = Mapping[str, str] | str
_CHOSEN = {"style": "dataclass", "join": "false", "public": "keep"}


def _told_apart(files: Files) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Give the Python files and the texts about building; a text alone is `app.py`."""
    several = {"app.py": files} if isinstance(files, str) else files
    encoded = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in several.items()}
    code = {path: content for path, content in encoded.items() if path.endswith(".py")}
    return code, {path: content for path, content in encoded.items() if path not in code}


def drafts(files: Files, **chosen: str) -> list[Site | Dismissed]:
    """Give all that the survey says; the style is `dataclass` where none is chosen."""
    code, texts = _told_apart(files)
    return list(survey(Corpus(code, texts=texts), _CHOSEN | chosen))


def site(files: Files, name: str = "", **chosen: str) -> Site:
    """Give the one finding, or the one of a function."""
    found = [each for each in drafts(files, **chosen) if isinstance(each, Site)]
    (one,) = {each.message: each for each in found if each.message.startswith(f"`{name}` " if name else "")}.values()
    return one


def because(files: Files, name: str = "", **chosen: str) -> str:
    """Give why the one finding is left to a person."""
    found = site(files, name, **chosen)
    assert found.safety is Safety.MANUAL, found
    assert found.places == ()
    before, _, reason = found.message.partition("; left to a person: ")
    assert before.endswith("takes any keyword and checks none")
    return reason


def dismissed(files: Files, **chosen: str) -> list[str]:
    """Give why what only seems to be one is no finding, as `fixbot scan --verbose` tells it."""
    found = drafts(files, **chosen)
    assert all(isinstance(each, Dismissed) for each in found), found
    return [each.because for each in found if isinstance(each, Dismissed)]


def plan(files: Files, name: str = "", **chosen: str) -> Reshape:
    """Give what happens to the function of the one finding."""
    found = site(files, name, **chosen)
    assert found.safety is not Safety.MANUAL, found.message
    return next(place.plan for place in found.places if isinstance(place.plan, Reshape))


def fields(files: Files, name: str = "", **chosen: str) -> list[str]:
    """Give the fields of the one schema, much as a class would have them."""
    return [_written(field) for field in plan(files, name, **chosen).fields]


def _written(field: Field) -> str:
    default = field.default if field.default is not None or field.required else "not given"
    values = ([] if default is None else [default]) + list(field.bounds)
    return f"{field.name}: {field.type}" + (f" = {', '.join(values)}" if values else "")


def schema(files: Files, name: str = "", **chosen: str) -> str:
    """Give the class of the one schema."""
    found = site(files, name, **chosen)
    assert found.safety is not Safety.MANUAL, found.message
    plans = [place.plan for place in found.places if isinstance(place.plan, Reshape | Append)]
    (written,) = [each.schema for each in plans if each.schema]
    return written


def told(files: Files, name: str = "", **chosen: str) -> list[str]:
    """Give the evidence of the one finding."""
    return [each.says for each in site(files, name, **chosen).evidence]


def after(files: Files, **chosen: str) -> dict[str, str]:
    """Give the files that are rewritten, as they are afterwards."""
    code, texts = _told_apart(files)
    (codemod,) = choose(["kwargs-schema"], options={"kwargs-schema": {"style": "dataclass"} | chosen})
    done = attempt_jointly(whole(code, texts=texts), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None, done.broken.trace
    assert done.refused == ()
    return {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}
