"""Tells what the chapters say of all that stands in them: how bad it is, how far it has come, that it is no item."""

from __future__ import annotations

from fixbot.audit import severity, states
from fixbot.audit.headings import holds_no_items, is_of_report
from fixbot.audit.outline import Section
from fixbot.model import Severity, Status


def is_left_out(section: Section) -> bool:
    """Say whether a section, or a chapter around it, holds no items; the title of a report is no such chapter."""
    return any(closes(one) for one in section.chapters())


def closes(section: Section) -> bool:
    """Say whether a section itself is a chapter without items."""
    return holds_no_items(section.title) and not (section.is_title and is_of_report(section.title))


def severity_of(section: Section) -> Severity | None:
    """Return the severity of a section, else of the nearest chapter around it that has one."""
    return next((found for one in section.chapters() if (found := own_severity(one))), None)


def own_severity(section: Section) -> Severity | None:
    """Return the severity that the heading of a section gives to all in it."""
    return severity.of_chapter(section.title, is_title=section.is_title)


def status_of(section: Section) -> Status | None:
    """Return the state of a section, else of the nearest chapter around it that has one."""
    return next((found for one in section.chapters() if (found := states.of_chapter(one.title))), None)
