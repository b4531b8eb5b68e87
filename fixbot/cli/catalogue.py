"""`fixbot codemods` and `fixbot explain`: what fixbot can do, from the codemods' own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fixbot import registry
from fixbot.cli.options import OWN_CODEMODS, Common, beside, choosing, common, slugs
from fixbot.cli.output import write
from fixbot.codemod import Fixes, Keeps, Recipe
from fixbot.errors import OperatorError
from fixbot.render import explained

_FORMATS = ("text", "json", "markdown")


@click.command()
@choosing
@common(*_FORMATS)
def codemods(**given: Any) -> int:  # noqa: ANN401 - click hands over what `common` declares
    """List the codemods that are installed."""
    options = Common(**given)
    select, ignore = slugs(options.select) or [], slugs(options.ignore) or []
    more = beside(options.folders, [*select, *ignore])
    chosen = registry.choose(select or [*registry.catalogue(), *more], ignore, more=more)
    match options.format:
        case "json":
            shown = json.dumps([_record(type(codemod)) for codemod in chosen], indent=2) + "\n"
        case "markdown":
            rows = [_row(codemod) for codemod in chosen]
            shown = "| codemod | severity | safety | what it does |\n|---|---|---|---|\n" + "".join(rows)
        case _:
            shown = "".join(f"{c.slug():24} {c.severity:9} {c.safety:7} {_title(c)}\n" for c in chosen)
    write(shown, options.output)
    return 0


def _row(codemod: Recipe) -> str:
    return f"| `{codemod.slug()}` | {codemod.severity} | {codemod.safety} | {_title(codemod)} |\n"


def _title(codemod: Recipe) -> str:
    return codemod.explanation().title + (" (opt-in)" if codemod.opt_in else "")


@click.command()
@click.argument("slug")
@click.option("--format", type=click.Choice(_FORMATS), default="text", show_default=True, help="What to write.")
@OWN_CODEMODS
def explain(slug: str, format: str, folders: tuple[Path, ...]) -> int:  # noqa: A002 - the option's name is the contract
    """Show one codemod in full: why, examples, what it leaves alone, how safe it is."""
    known = registry.catalogue() | beside(folders, [slug])
    if slug not in known:
        raise OperatorError(registry.unknown(slug, known))
    if format == "json":
        write(json.dumps(_record(known[slug]), indent=2) + "\n", None)
    else:
        write(explained(known[slug]), None)
    return 0


def _record(codemod: type[Recipe]) -> dict[str, object]:
    explanation = codemod.explanation()
    return {
        "codemod": codemod.slug(),
        "title": explanation.title,
        "severity": str(codemod.severity),
        "safety": str(codemod.safety),
        "opt_in": codemod.opt_in,
        "why": explanation.why,
        "left_alone": explanation.left_alone,
        "safety_says": explanation.safety,
        "options": [{"name": o.name, "choices": list(o.choices), "says": o.says} for o in codemod.options],
        "references": list(codemod.references),
        "fixes": [
            {"because": e.because, "before": e.before, "after": e.after}
            for e in codemod.examples
            if isinstance(e, Fixes)
        ],
        "keeps": [{"because": e.because, "code": e.code} for e in codemod.examples if isinstance(e, Keeps)],
    }
