"""Each format says what its readers expect, whatever a repository's files are called."""

from __future__ import annotations

import dataclasses
import json
import os
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from fixbot.markdown import visible
from fixbot.model import Safety, Severity
from fixbot.report import as_github, as_json, as_markdown, as_sarif, as_text

if TYPE_CHECKING:
    from fixbot.model import ScanReport

JSON = """\
{
  "version": 1,
  "findings": [
    {
      "codemod": "bare-except",
      "path": "src/a.py",
      "line": 12,
      "column": 5,
      "end_line": 14,
      "qualname": "Reader.load",
      "severity": "critical",
      "safety": "review",
      "message": "`except:` hides errors",
      "fixable": true,
      "fingerprint": "f1",
      "evidence": [
        {
          "line": 11,
          "says": "`json.loads(body)` raises `json.JSONDecodeError`"
        }
      ]
    }
  ],
  "skipped": [
    {
      "path": "b.py",
      "reason": "unparsable",
      "detail": "line 3: invalid syntax"
    }
  ],
  "summary": {
    "files": 230,
    "parsed": 19,
    "findings": 1,
    "seconds": 0.432
  }
}
"""
TEXT = """\
src/a.py:12:5: critical bare-except: `except:` hides errors [review]
    line 11: `json.loads(body)` raises `json.JSONDecodeError`
b.py: skipped, unparsable: line 3: invalid syntax
1 finding in 1 file; 230 files looked at, 1 skipped; 0.4 s
"""
GITHUB = """\
::error file=src/a.py,line=12,endLine=14,col=5,title=bare-except::`except:` hides errors\
%0Aline 11: `json.loads(body)` raises `json.JSONDecodeError`
::notice file=b.py,title=skipped%2C unparsable::line 3: invalid syntax
"""
MARKDOWN = """\
1 finding in 1 file; 230 files looked at, 1 skipped; 0.4 s

| Severity | Codemod | Where | What |
| --- | --- | --- | --- |
| critical | `bare-except` | `src/a.py:12` | `except:` hides errors |

Skipped:

- `b.py`: unparsable, line 3: invalid syntax
"""


def unescaped(value: str) -> str:
    """Return what GitHub's runner reads from an escaped value."""
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(written, meant)
    return value


def manual(report: ScanReport) -> ScanReport:
    """Return the scan with findings that are only reported."""
    kept = tuple(dataclasses.replace(one, safety=Safety.MANUAL, evidence=()) for one in report.findings)
    return dataclasses.replace(report, findings=kept)


def test_json_is_the_contract_to_the_letter(report: ScanReport) -> None:
    assert as_json(report) == JSON


def test_a_manual_finding_is_not_fixable_in_json(report: ScanReport) -> None:
    (found,) = json.loads(as_json(manual(report)))["findings"]
    assert (found["safety"], found["fixable"], found["evidence"]) == ("manual", False, [])


def test_json_gives_every_byte_of_a_path_back(hostile: ScanReport) -> None:
    written = as_json(hostile).encode()
    read: dict[str, Any] = json.loads(written)
    assert [one["path"] for one in read["findings"]] == [one.path for one in hostile.findings]
    assert b"\xff" in os.fsencode(read["findings"][0]["path"])
    assert "ä".encode() in written


def test_a_character_of_json_that_is_not_seen_is_escaped_and_means_the_same(report: ScanReport) -> None:
    name = "\u202egpj.\u200b\ufeff\x7f\u2028\U000e0041ä.py"
    hidden = dataclasses.replace(report, findings=(dataclasses.replace(report.findings[0], path=name),))
    for written in (as_json(hidden), as_sarif(hidden, [])):
        assert all(char.isprintable() or char == "\n" for char in written)
    assert "ä.py" in as_json(hidden)
    assert json.loads(as_json(hidden))["findings"][0]["path"] == name


def test_text_is_one_line_a_finding_with_its_evidence_below(report: ScanReport) -> None:
    assert as_text(report) == TEXT


def test_text_marks_a_manual_finding(report: ScanReport) -> None:
    assert as_text(manual(report)).splitlines()[0].endswith("[manual]")


def test_a_scan_without_findings_says_so(clean: ScanReport) -> None:
    assert as_text(clean) == "no findings; 1 file looked at, 0 skipped; 0.0 s\n"
    assert as_markdown(clean) == as_text(clean)
    assert as_github(clean) == ""
    assert json.loads(as_json(clean))["findings"] == []


def test_text_cannot_steer_a_terminal_or_a_runner(hostile: ScanReport) -> None:
    lines = as_text(hostile).splitlines()
    assert len(lines) == 2 * 2 + 3 + 1
    assert all(line.isprintable() for line in lines)
    assert lines[0].startswith(r"\x3a:a,b:c%0A|")
    assert all("##[" not in line for line in lines)
    assert r"\x23#[add-mask]" in lines[2]


def test_github_annotates_findings_and_skipped_files(report: ScanReport) -> None:
    assert as_github(report) == GITHUB


@pytest.mark.parametrize(
    ("severity", "command"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "notice"),
    ],
)
def test_the_severity_chooses_the_workflow_command(report: ScanReport, severity: Severity, command: str) -> None:
    found = dataclasses.replace(report.findings[0], severity=severity)
    assert as_github(dataclasses.replace(report, findings=(found,))).startswith(f"::{command} ")


def test_nothing_ends_a_workflow_command_early(hostile: ScanReport) -> None:
    lines = as_github(hostile).encode().decode().split("\n")
    assert len(lines) == 2 + 3 + 1
    command, _, rest = lines[0].removeprefix("::").partition(" ")
    properties, _, message = rest.partition("::")
    read = dict(one.split("=", 1) for one in properties.split(","))
    found = hostile.findings[0]
    assert command == "error"
    path, said = (visible(text.replace("\udcff", "\ufffd"), keep="\n") for text in (found.path, found.message))
    assert unescaped(read["file"]) == path
    assert unescaped(message).startswith(f"{said}\nline 11: ")


def test_markdown_is_a_table_and_a_list(report: ScanReport) -> None:
    assert as_markdown(report) == MARKDOWN


def test_markdown_stays_a_table_and_a_list_of_text(hostile: ScanReport) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(as_markdown(hostile))
    children = [child for token in tokens for child in token.children or ()]
    assert [token.type for token in tokens].count("tr_open") == 1 + 2
    assert [token.type for token in tokens].count("td_open") == 4 * 2
    assert [token.type for token in tokens].count("list_item_open") == 3
    assert {token.type for token in tokens}.isdisjoint({"html_block", "heading_open", "fence"})
    assert {child.type for child in children} <= {"text", "text_special", "code_inline"}
    plain = "".join(child.content if child.type != "code_inline" else "`" for child in children)
    assert "@x" not in plain
    assert "#1" not in plain
    assert "<!--" not in "".join(line.partition("`")[0] for line in as_markdown(hostile).splitlines())


def test_markdown_shows_where_a_finding_is(hostile: ScanReport) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(as_markdown(hostile))
    cells = [after.children or [] for before, after in pairwise(tokens) if before.type == "td_open"]
    assert [one[0].content for one in cells[2::4]] == [visible(f"{one.path}:12") for one in hostile.findings]


def test_a_file_that_a_codemod_broke_on_is_said_in_every_format(broken: ScanReport) -> None:
    skipped = json.loads(as_json(broken))["skipped"]
    assert skipped[0] == {"path": "b.py", "reason": "broken", "detail": "bare-except: KeyError: 1"}
    assert [one["path"] for one in skipped] == ["b.py", "z.py"]
    assert "b.py: skipped, broken: bare-except: KeyError: 1\n" in as_text(broken)
    assert "::warning file=b.py,title=skipped%2C broken::bare-except: KeyError: 1\n" in as_github(broken)
    assert "- `b.py`: broken, bare-except: KeyError: 1\n" in as_markdown(broken)
    assert "2 skipped" in as_text(broken)
