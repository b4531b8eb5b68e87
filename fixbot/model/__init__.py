"""The nouns of fixbot, all in one room: frozen records of text and numbers, never live syntax nodes."""

from fixbot.model.findings import (
    Breaking,
    Broken,
    Dismissed,
    Evidence,
    Finding,
    Inspection,
    Safety,
    ScanReport,
    Severity,
    Skipped,
    SourceFile,
)
from fixbot.model.pulls import Base, Marker, Note, People, PullRequest, PullRequestPlan, Standing, State, Touched
from fixbot.model.rewrites import Change, Diagnostic, Outcome, Passed, Refusal, Refused, Rewrite, Untouched, Verdict
from fixbot.model.scope import Place, Scope
from fixbot.model.situation import Request, Situation
from fixbot.model.talk import Comment, Issue

__all__ = [
    "Base",
    "Breaking",
    "Broken",
    "Change",
    "Comment",
    "Diagnostic",
    "Dismissed",
    "Evidence",
    "Finding",
    "Inspection",
    "Issue",
    "Marker",
    "Note",
    "Outcome",
    "Passed",
    "People",
    "Place",
    "PullRequest",
    "PullRequestPlan",
    "Refusal",
    "Refused",
    "Request",
    "Rewrite",
    "Safety",
    "ScanReport",
    "Scope",
    "Severity",
    "Situation",
    "Skipped",
    "SourceFile",
    "Standing",
    "State",
    "Touched",
    "Untouched",
    "Verdict",
]
