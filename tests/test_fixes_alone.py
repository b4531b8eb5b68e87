"""Each fix in a SARIF log, applied by itself, is what `fixbot fix` writes for that finding alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.attempt import attempt
from fixbot.cli.working import WorkingFiles
from fixbot.codemod import Codemod, Fixes, ProjectCodemod, Safety
from fixbot.engine import inspect
from fixbot.examine import Orders
from fixbot.model import SourceFile
from fixbot.prepare import prepare
from fixbot.registry import catalogue
from fixbot.remedies import remedied
from fixbot.report import as_sarif
from fixbot.scan import scan
from fixbot.settings import Settings
from fixbot.shell.ruff import Style
from tests.parts.command import SMELLY, fixbot, plant
from tests.report.applying import applied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from fixbot.codemod import Recipe
    from fixbot.model import ScanReport
    from fixbot.report import Remedies

SMILE = "# \U0001f600\n"


def _tabbed(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join("\t" * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in lines)


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "with CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "with a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "with tabs": lambda text: _tabbed(text).encode(),
    "without a final line end": lambda text: text.removesuffix("\n").encode(),
    "with characters of four bytes": lambda text: (SMILE + text).encode(),
    "with line ends of both kinds": lambda text: text.replace("\n", "\r\n", 3).encode(),
    "in latin-1": lambda text: f"# coding: latin-1\n# \xe9\n{text}".encode("latin-1", "replace"),
}
OFTEN_REFUSED = "67"  # line ends of both kinds, and latin-1
REWRITING = {slug: made for slug, made in catalogue().items() if any(isinstance(e, Fixes) for e in made.examples)}
SINGLE = {slug: made for slug, made in REWRITING.items() if issubclass(made, Codemod)}
JOINT = {slug: made for slug, made in REWRITING.items() if issubclass(made, ProjectCodemod)}


def examples(codemod: type[Recipe]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give the files of each example that is rewritten, with its name."""
    for example in codemod.examples:
        if isinstance(example, Fixes):
            before = example.before
            yield example.because, {"example.py": before} if isinstance(before, str) else before


def log_of(root: Path, *arguments: str) -> Any:  # noqa: ANN401 - parsed JSON is anything
    """Return the run of a scan's log."""
    done = fixbot("scan", root, "--format", "sarif", *arguments)
    assert (done.code, done.err) == (1, "")
    (run,) = done.json["runs"]
    return run


def contents(root: Path) -> dict[str, bytes]:
    return {place.relative_to(root).as_posix(): place.read_bytes() for place in root.rglob("*.py")}


def path_of(result: Any) -> str:  # noqa: ANN401 - a part of parsed JSON
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


@pytest.mark.real
@pytest.mark.parametrize("slug", SINGLE)
def test_in_a_file_of_its_own_every_example_becomes_what_fixbot_fix_makes_of_it(tmp_path: Path, slug: str) -> None:
    written = {
        f"e{number}/v{variant}.py": write(files["example.py"])
        for number, (_, files) in enumerate(examples(SINGLE[slug]))
        for variant, write in enumerate(WRITTEN.values())
        if "example.py" in files  # others are about what a path says
    }
    plant(tmp_path, {"pyproject.toml": "", **written})
    run = log_of(tmp_path, "--select", slug)
    fixed = {path_of(result): applied(run, result, written) for result in run["results"] if "fixes" in result}
    assert contents(tmp_path) == written
    fixbot("fix", tmp_path, "--select", slug)
    found = Counter(path_of(result) for result in run["results"])
    alone = {path: after[path] for path, after in fixed.items() if found[path] == 1}  # of several each is but a part
    assert alone == {path: content for path, content in contents(tmp_path).items() if path in alone}
    assert set(fixed) == {path for path, content in contents(tmp_path).items() if content != written[path]}
    left = [result for result in run["results"] if "fixes" not in result and path_of(result)[-4] not in OFTEN_REFUSED]
    assert all(result["properties"]["notFixedBecause"].startswith("ruff finds") for result in left)
    assert len(fixed) > len(written) / 2


ALL_JOINT = [
    pytest.param(slug, files, list(WRITTEN)[number % len(WRITTEN)], id=f"{slug}: {because}")
    for slug, codemod in JOINT.items()
    for number, (because, files) in enumerate(examples(codemod))
]


def left_out(root: Path, slug: str, others: set[str]) -> dict[str, bytes]:
    """Return the files that change when some findings stay as they are."""
    files = WorkingFiles([root], root, Settings())
    orders = Orders((JOINT[slug](),), left=dict.fromkeys(others, "not now"))
    done = prepare(files, orders, jobs=1, style=Style(), read=files.read, project=files.project)
    return {rewrite.path: rewrite.after for change in done.changes for rewrite in change.rewrites}


@pytest.mark.real
@pytest.mark.parametrize(("slug", "files", "variant"), ALL_JOINT)
def test_a_fix_of_a_whole_project_is_in_all_files_what_that_finding_alone_makes_of_them(
    tmp_path: Path, slug: str, files: Mapping[str, str], variant: str
) -> None:
    before = {path: WRITTEN[variant](text) for path, text in files.items()}
    plant(tmp_path, {"pyproject.toml": "", **before})
    run = log_of(tmp_path, "--select", slug)
    fixed = [result for result in run["results"] if "fixes" in result]
    assert fixed
    for result in fixed:
        others = {each["partialFingerprints"]["fixbot/v1"] for each in run["results"] if each is not result}
        assert applied(run, result, before) == before | left_out(tmp_path, slug, others)
    if len(run["results"]) == 1:
        assert fixbot("fix", tmp_path, "--select", slug).code == 0
        assert contents(tmp_path) == applied(run, fixed[0], before)


def log_and_report(root: Path, slug: str, limit: Safety = Safety.REVIEW) -> tuple[Any, ScanReport, Remedies]:
    codemods = [catalogue()[slug]()]
    files = WorkingFiles([root], root, Settings())
    report, remedies = remedied(
        files, codemods, project=files.project, limit=limit, style=Style(), jobs=1, read=files.read
    )
    return json.loads(as_sarif(report, (), remedies))["runs"][0], report, remedies


TWINS = "def f( x):\n" + "    try:\n        x()\n    except:\n        pass\n" * 3


def test_equal_places_are_fixed_one_at_a_time(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": TWINS})
    run, report, _ = log_and_report(tmp_path, "bare-except")
    assert len(report.findings) == 3
    source = SourceFile("a.py", TWINS.encode())
    for finding, result in zip(report.findings, run["results"], strict=True):
        done = attempt(source, SINGLE["bare-except"](), Safety.REVIEW, frozenset({finding.fingerprint}))
        after = applied(run, result, {"a.py": TWINS.encode()})["a.py"]
        assert done.rewrite is not None
        assert after == done.rewrite.after
        left = inspect(SourceFile("a.py", after), [SINGLE["bare-except"]()]).findings
        assert len(left) == 2


def test_each_of_two_fixes_in_one_file_brings_what_it_needs_at_the_top(tmp_path: Path) -> None:
    text = "".join(f"def f{n}(call):\n    try:\n        call()\n    except:\n        pass\n\n\n" for n in range(2))
    plant(tmp_path, {"a.py": text})
    run, _, _ = log_and_report(tmp_path, "bare-except")
    afters = [applied(run, result, {"a.py": text.encode()})["a.py"].decode() for result in run["results"]]
    assert len(set(afters)) == 2
    assert all(after.startswith("import logging\n") for after in afters)
    assert all(after.count("except:") == 1 for after in afters)


ASLEEP = (
    'import time\n\n\nasync def main():\n    return "\U0001f600\U0001f600", "\u00e9", time.sleep(1), "\U0001f600"\n'
)


def test_columns_are_counted_in_characters_whatever_is_before_them(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": ASLEEP})
    run, _, _ = log_and_report(tmp_path, "blocking-sleep")
    (result,) = run["results"]
    after = applied(run, result, {"a.py": ASLEEP.encode()})["a.py"].decode()
    assert after == ASLEEP.replace("time.sleep", "await asyncio.sleep").replace("import time", "import asyncio")


def test_what_is_seen_is_what_a_scan_without_fixes_sees(tmp_path: Path) -> None:
    written = ((slug, number, files) for slug in SINGLE for number, (_, files) in enumerate(examples(SINGLE[slug])))
    single = {f"{slug}{number}/{path}": code for slug, number, files in written for path, code in files.items()}
    plant(tmp_path, {**single, "broken.py": "except:\n", "clean.py": "x = 1\n"})
    codemods = [codemod() for codemod in catalogue().values()]
    files = WorkingFiles([tmp_path], tmp_path, Settings())
    report, _ = remedied(
        files, codemods, project=files.project, limit=Safety.REVIEW, style=Style(), jobs=1, read=files.read
    )
    plain = scan(files, codemods, jobs=1, read=files.read, project=files.project)
    alike = partial(replace, seconds=0.0, findings=())
    assert alike(report) == alike(plain)
    assert [f.fingerprint for f in report.findings] == [f.fingerprint for f in plain.findings]


def test_what_is_more_daring_than_asked_for_says_so_instead_of_a_fix(tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": SMELLY})
    run, _, _ = log_and_report(tmp_path, "bare-except", Safety.SAFE)
    (result,) = run["results"]
    because = "its safety is review, and no more than safe is asked for"
    assert (result["properties"], "fixes" in result) == ({"notFixedBecause": because}, False)
