"""The nouns of fixbot, all in one room: frozen records of text and numbers, never live syntax nodes."""

from fixbot.model.books import AuditItem, Document, Held, Judgement, Kind, Location, NotADocument, Status, Total
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
from fixbot.model.tickets import Ticket, Wish

__all__ = [
    "AuditItem",
    "Base",
    "Breaking",
    "Broken",
    "Change",
    "Comment",
    "Diagnostic",
    "Dismissed",
    "Document",
    "Evidence",
    "Finding",
    "Held",
    "Inspection",
    "Issue",
    "Judgement",
    "Kind",
    "Location",
    "Marker",
    "NotADocument",
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
    "Status",
    "Ticket",
    "Total",
    "Touched",
    "Untouched",
    "Verdict",
    "Wish",
]
