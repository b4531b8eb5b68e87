"""Turns what a scan saw into text for people and machines; it reads records and writes nothing anywhere.

Every function returns text that ends with a line break, or no text at all where there is nothing to say.
"""

from __future__ import annotations

from fixbot.report.document import as_json
from fixbot.report.limits import beyond_github
from fixbot.report.plain import as_text
from fixbot.report.remedies import Remedies
from fixbot.report.sarif import Rule, as_sarif
from fixbot.report.table import as_markdown
from fixbot.report.workflow import as_github, warning

__all__ = ["Remedies", "Rule", "as_github", "as_json", "as_markdown", "as_sarif", "as_text", "beyond_github", "warning"]
