"""Turns plans and reports into Markdown through the shipped templates; it knows no other way to write text."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from fixbot import VERSION
from fixbot.breaking import footers, told
from fixbot.campaign.overview import Overview
from fixbot.campaign.page import page_of
from fixbot.codemod import Fixes, Keeps, Recipe, Safety
from fixbot.codemod.examples import Code
from fixbot.fitting import brief, plural, unmarked
from fixbot.hunks import first_change
from fixbot.markdown import cell, code, fence, prose
from fixbot.model import Base, Finding, People, PullRequestPlan, Refusal, Rewrite
from fixbot.plan import Shard
from fixbot.preview import Page
from fixbot.reviewing import Review

#: GitHub's limit for a body is 65,536 characters; the marker and a person's additions need room too.
BODY_LIMIT = 60_000
#: Stands near the beginning of every preview.
PREVIEW_MARK = '<meta name="generator" content="fixbot preview">'
_OPEN_ROWS = 5
_MOST_ROWS = 40
_MOST_REFUSED = 10
_MOST_FILES = 25
_MOST_SEEN = 5
_MOST_SAID = 1_000
_MOST_EXAMPLE_LINES = 24


@dataclass(frozen=True, slots=True)
class Check:
    """One row of "how it was checked": what was measured, before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pull request says beyond its own diff.

    `issue` is the issue that it was asked for in, 0 for none. `fixes` says that all that was asked for is in it; where
    that is not so, `left` is what is not, and `unseen` what nobody looked at or what comes elsewhere, each with the
    reason. `seen_before` are the numbers of merged pull requests with findings of it.
    """

    refused: tuple[Refusal, ...]
    checks: tuple[Check, ...]
    reproduce: str
    issue: int = 0
    fixes: bool = False
    left: Sequence[Refusal] = ()
    unseen: Sequence[tuple[str, str]] = ()
    seen_before: Sequence[int] = ()


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("fixbot.templates", ""),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "code": code,
        "plain": prose,
        "brief": lambda said: brief(said, _MOST_SAID),
        "fence": fence,
        "cell": cell,
        "unwrapped": _unwrapped,
        "files": _files,
    }
    environment.globals["plural"] = plural
    return environment


def _rendered(template: str, facts: Mapping[str, object]) -> str:
    return _environment().get_template(template).render(facts)


def pull_request(shard: Shard, codemod: Recipe, base: Base, facts: Facts, people: People) -> PullRequestPlan:
    """Write one pull request, without the notes on its lines.

    Args:
        shard: what it changes.
        codemod: what changed it; its docstring is the pull request's why.
        base: what it is based on.
        facts: what was refused, how it was checked, how to see the same at home.
        people: whom and what it should be given.
    """
    body = _body(shard, codemod, facts, rows=_MOST_ROWS)
    if len(body) > BODY_LIMIT:
        body = _body(shard, codemod, facts, rows=3)
    return PullRequestPlan(
        branch=shard.branch,
        base=base.branch,
        title=title(shard, codemod),
        commit_message=_commit_message(shard, codemod, base),
        fingerprint=shard.fingerprint,
        change=shard.change,
        body=_cut(body),
        people=people,
    )


def _cut(body: str) -> str:
    """Return whole lines of a body, as many as there may be: half a line could open what it does not close."""
    shown = unmarked(body)
    return shown if len(shown) <= BODY_LIMIT else shown[:BODY_LIMIT].rpartition("\n")[0] + "\n"


def title(shard: Shard, codemod: Recipe) -> str:
    """Return the subject of the pull request and of its commit, at most 72 characters."""
    places = plural(len(shard.change.findings), "place")
    key = shard.branch.rpartition("/")[2]
    where = "" if key in {"all", "safe-all"} else f", {key}"
    return f"{codemod.explanation().title} ({places}{where})"[:72]


def _body(shard: Shard, codemod: Recipe, facts: Facts, *, rows: int) -> str:
    change, explanation = shard.change, codemod.explanation()
    telling = [rewrite for rewrite in change.rewrites if rewrite.findings]
    shown = max(telling, key=lambda rewrite: (len(rewrite.findings[0].evidence) > 0, -len(rewrite.path)))
    table = [_row(finding) for finding in change.findings]
    breaking, more_breaking = told(change.findings)
    return _rendered(
        "pull_request.md.j2",
        {
            "explanation": explanation,
            "safety_says": _SAFETY_SAYS[change.safety],
            "findings": len(change.findings),
            "files": [rewrite.path for rewrite in change.rewrites],
            "most_files": _MOST_FILES,
            "companions": [rewrite.path for rewrite in change.rewrites if not rewrite.findings],
            "added": shard.added,
            "removed": shard.removed,
            "safety": str(change.safety),
            "codemod": change.codemod,
            "example": example(shown),
            "example_where": shown.path,
            "breaking": breaking,
            "more_breaking": more_breaking,
            "rows": table[:_OPEN_ROWS],
            "folded": table[_OPEN_ROWS:rows],
            "more_rows": max(0, len(table) - rows),
            "refused": [_refusal(refusal) for refusal in facts.refused[:_MOST_REFUSED]],
            "more_refused": max(0, len(facts.refused) - _MOST_REFUSED),
            "issue": facts.issue,
            "fixes": facts.fixes and not facts.left,
            "left": _left(facts)[:_MOST_REFUSED],
            "more_left": max(0, len(_left(facts)) - _MOST_REFUSED),
            "seen_before": list(facts.seen_before)[-_MOST_SEEN:],
            "checks": facts.checks,
            "reproduce": facts.reproduce,
            "version": VERSION,
            "problem": f"{plural(len(change.findings), 'place')} with {change.codemod} ({codemod.severity})",
            "solution": "; ".join(_solutions(change.findings)),
            "verification": _verification(facts.checks),
            "impact": _unwrapped(explanation.safety),
        },
    )


_SAFETY_SAYS = {
    Safety.SAFE: "nothing changes but the smell",
    Safety.REVIEW: "a person must agree, because behaviour can change where the table says so",
}


def _verification(checks: Sequence[Check]) -> str:
    return "; ".join(f"{check.name} {check.before} → {check.after}" for check in checks if check.before != "—")


def _row(finding: Finding) -> dict[str, object]:
    reasons = dict.fromkeys(brief(evidence.says, _MOST_SAID) for evidence in finding.evidence)
    return {
        "where": cell(code(f"{finding.path}:{finding.line}")),
        "message": cell(brief(finding.message.rpartition("; ")[2], _MOST_SAID)),
        "why": cell("; ".join(reasons)) or "—",
    }


def _refusal(refusal: Refusal) -> dict[str, str]:
    return {"where": f"{refusal.finding.path}:{refusal.finding.line}", "because": refusal.because}


def _left(facts: Facts) -> list[dict[str, str]]:
    unseen = [{"where": what, "because": because} for what, because in facts.unseen]
    return [*map(_refusal, facts.left), *unseen]


def _solutions(findings: Sequence[Finding]) -> list[str]:
    """Count the findings by what was said of them after the semicolon of their message."""
    counted: dict[str, int] = {}
    for finding in findings:
        what = finding.message.rpartition("; ")[2]
        counted[what] = counted.get(what, 0) + 1
    return [f"{what} ({number})" for what, number in sorted(counted.items(), key=lambda pair: -pair[1])[:6]]


def _unwrapped(text: str) -> str:
    return " ".join(text.split())


def _files(code: Code) -> str:
    """Return the code of an example as one text, each of several files below its path."""
    return code if isinstance(code, str) else "\n".join(f"# {path}\n{text}" for path, text in code.items())


def example(rewrite: Rewrite) -> str:
    """Return the diff of the first change in a file that is more than an import, at most 24 lines."""
    before, after = (content.decode("utf-8", "replace") for content in (rewrite.before, rewrite.after))
    return "\n".join(first_change(before, after)[:_MOST_EXAMPLE_LINES])


def _commit_message(shard: Shard, codemod: Recipe, base: Base) -> str:
    return _rendered(
        "commit.txt.j2",
        {
            "subject": title(shard, codemod),
            "why": _unwrapped(codemod.explanation().why),
            "breaking": footers(shard.change.findings),
            "version": VERSION,
            "codemod": shard.change.codemod,
            "plan": shard.fingerprint,
            "base_tree": base.tree,
            "fingerprints": [finding.fingerprint for finding in shard.change.findings],
        },
    )


def review(review: Review) -> str:
    """Write the review of a run as Markdown: what was seen, done, refused and passed over, in figures; what is next."""
    return _rendered("review.md.j2", {"review": review})


def workflow(*, action: str, cron: str, verify_command: str) -> str:
    """Write the workflow that runs fixbot, as YAML; `action` is what its steps use, `verify_command` may be empty."""
    facts = {"action": action, "cron": cron, "verify_command": verify_command, "version": VERSION}
    return _rendered("workflow.yml.j2", facts)


def configuration(*, shared: bool) -> str:
    """Write a configuration in which everything is commented out, as TOML.

    Args:
        shared: whether it is to be appended to `pyproject.toml`; else it is a file of its own.
    """
    return _rendered("config.toml.j2", {"shared": shared})


def explained(codemod: type[Recipe]) -> str:
    """Write one codemod in full, as Markdown that reads well on a terminal too."""
    keeps = [example for example in codemod.examples if isinstance(example, Keeps)]
    return _rendered(
        "explain.md.j2",
        {
            "codemod": codemod.slug(),
            "explanation": codemod.explanation(),
            "severity": str(codemod.severity),
            "safety": _safety(codemod),
            "opt_in": codemod.opt_in,
            "fixes": [example for example in codemod.examples if isinstance(example, Fixes)],
            "reported": [example for example in keeps if example.reports is not None],
            "keeps": [example for example in keeps if example.reports is None],
            "options": codemod.options,
            "references": codemod.references,
        },
    )


def _safety(codemod: type[Recipe]) -> str:
    """Return how safe a codemod is and what is said of that, whether or not that begins with the same word."""
    says = codemod.explanation().safety
    rest = says.removeprefix(f"`{codemod.safety}`")
    return f"{codemod.safety}{rest}" if rest != says else f"{codemod.safety}. {says[:1].upper()}{says[1:]}"


def preview_page(page: Page) -> str:
    """Write a preview as one HTML file in which everything foreign is text, and which may load nothing."""
    return _page("preview", page)


def campaign_page(overview: Overview) -> str:
    """Write how far a campaign is as one HTML file in which everything foreign is text, and which may load nothing."""
    return _page("campaign", page_of(overview))


def _page(name: str, page: object) -> str:
    environment = _environment().overlay(autoescape=True)
    parts = {part: environment.get_template(f"{name}.{part}").render() for part in ("css", "js")}
    hashes = {part: b64encode(hashlib.sha256(text.encode()).digest()).decode() for part, text in parts.items()}
    return environment.get_template(f"{name}.html.j2").render(page=page, hashes=hashes, version=VERSION)
