from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixbot.codemod import Codemod, Declined, Fixes, Spot
from fixbot.codemod.contract import of_files
from fixbot.errors import OperatorError
from fixbot.history import History, Point
from fixbot.model import Base, Severity
from fixbot.past import over_time
from fixbot.registry import choose
from fixbot.scan import scan
from fixbot.shell.commit_files import CommitFiles
from fixbot.shell.git import Git
from tests.history.pasts import Made, Tree, repository_of
from tests.parts.command import CLEAN, MANUAL, SAFE, SMELLY
from tests.parts.git import git, git_bytes
from tests.parts.git_server import GitServer, auth_environment
from tests.parts.github import TOKEN, publish

if TYPE_CHECKING:
    import libcst as cst

    from fixbot.codemod import Module

MAIN = "refs/heads/main"
EXCLUDE = ("docs",)
QUIET = "def act(job):\n    try:\n        job.run()\n    except Exception:\n        pass\n"
LARGE = SMELLY.encode() + b"#" * 1_000_000
HANDLERS = ("bare-except", "broad-except", "silent-except")
CHOSEN = choose((*HANDLERS, "blocking-call-in-async", "blocking-sleep", "kwargs-schema"))
EXAMPLES = [each.before for codemod in CHOSEN for each in codemod.examples if isinstance(each, Fixes)]
CONTENTS = [
    *(text.encode() for text in EXAMPLES if isinstance(text, str)),
    *(text.encode() for text in (SMELLY, SAFE, MANUAL, CLEAN, QUIET, SMELLY * 3, SMELLY + QUIET)),
    b"# @generated\n" + SMELLY.encode(),
    b"# fixbot: ignore-file[bare-except]\n" + SMELLY.encode() + QUIET.encode(),
    SMELLY.replace("except:", "except:  # fixbot: ignore").encode(),
    b"try:\n    x = \nexcept:\n    pass\n",
    b"# \xff\ntry:\n    x = 1\nexcept:\n    pass\n",
    b"",
]
PATHS = [
    *("a.py", "b.py", "pkg/a.py", "pkg/a.py/inside.py", "tests/test_a.py", "docs/conf.py", ".github/a.py", "a.txt"),
    *('odd\n"name\t.py', ":colon.py", "n\N{LATIN SMALL LETTER A WITH DIAERESIS}.py", "\udcff.py", "build/a.py"),
]
FILE, PROGRAM, LINK, MODULE = "100644", "100755", "120000", "160000"
MODES = [FILE, FILE, FILE, PROGRAM, LINK, MODULE]

PUT = st.tuples(st.just("put"), st.sampled_from(PATHS), st.sampled_from(CONTENTS), st.sampled_from(MODES))
MOVE = st.tuples(st.just("move"), st.sampled_from(PATHS), st.sampled_from(PATHS))
DROP = st.tuples(st.just("drop"), st.sampled_from(PATHS))
EDITS: st.SearchStrategy[list[tuple[Any, ...]]] = st.lists(PUT | PUT | MOVE | DROP, max_size=5)
PASTS = st.lists(st.tuples(EDITS, st.none() | EDITS), min_size=1, max_size=6)


def edited(tree: Tree, edits: Iterable[tuple[Any, ...]]) -> Tree:
    """Give the tree after some edits; a file makes way for a folder of its name and the other way round."""
    files = dict(tree)
    for what, path, *more in edits:
        if what == "put":
            content = b"1" * 40 if more[1] == MODULE else more[0]
            new = {path: (more[1], content)}
        else:
            new = {more[0]: files[path]} if what == "move" and path in files else {}
            files.pop(path, None)
        for added in new:
            in_the_way = [old for old in files if old.startswith(f"{added}/") or added.startswith(f"{old}/")]
            for old in in_the_way:
                del files[old]
        files |= new
    return files


def made(past: Iterable[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]] | None]]) -> list[Made]:
    commits: list[Made] = []
    tree: Tree = {}
    for edits, merged in past:
        side = None if merged is None else edited(tree, merged)
        tree = edited(tree, edits)
        commits.append(Made(tree, merges=side))
    return commits


def file(content: str | bytes = SMELLY) -> tuple[str, bytes]:
    return FILE, content if isinstance(content, bytes) else content.encode()


def counted(place: Path, last: int = 100, **more: Any) -> History:  # noqa: ANN401 - what `over_time` takes
    return over_time(Git(place), MAIN, CHOSEN, last=last, **{"jobs": 1, **more})


def from_scratch(place: Path, commit: str, exclude: tuple[str, ...] = ()) -> tuple[object, ...]:
    """Give what a scan of all files of a commit finds, in the figures of a point."""
    opened = Git(place)
    files = CommitFiles(opened, Base("main", commit, opened.tree_of(commit)), exclude)
    report = scan(files, of_files(CHOSEN), jobs=1)
    severities = Counter(finding.severity for finding in report.findings)
    codemods = Counter(finding.codemod for finding in report.findings)
    return commit, report.files, len(report.skipped), severities, codemods


def figures(point: Point) -> tuple[object, ...]:
    return point.commit, point.files, point.skipped, Counter(point.severities), Counter(point.codemods)


def first_parents(place: Path) -> list[str]:
    return git(place, "rev-list", "--first-parent", "--reverse", MAIN).splitlines()


def ensure_equal(place: Path, history: History, exclude: tuple[str, ...] = ()) -> None:
    expected = [from_scratch(place, commit, exclude) for commit in first_parents(place)]
    assert [figures(point) for point in history.points] == expected[-len(history.points) :]


@pytest.mark.real
@settings(max_examples=40, deadline=None)
@given(PASTS, st.integers(1, 7))
def test_each_commit_has_what_a_scan_of_it_finds(
    past: list[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]] | None]], last: int
) -> None:
    with TemporaryDirectory() as folder:
        place = repository_of(Path(folder, "place"), made(past))
        history = counted(place, last, exclude=EXCLUDE)
        assert len(history.points) == min(last, len(past))
        ensure_equal(place, history, EXCLUDE)


def test_findings_come_and_go_with_their_files(tmp_path: Path) -> None:
    trees: list[Tree] = [
        {"a.py": file()},
        {"a.py": file(), "b.py": file(SMELLY + QUIET)},
        {"a.py": file(CLEAN), "b.py": file(SMELLY + QUIET)},
        {"a.py": file(CLEAN), "c/b.py": file(SMELLY + QUIET)},
        {"a.py": file(CLEAN)},
    ]
    history = counted(repository_of(tmp_path / "place", [Made(tree) for tree in trees]))
    assert [point.findings for point in history.points] == [1, 3, 2, 2, 0]
    assert [point.files for point in history.points] == [1, 2, 2, 2, 1]
    assert history.points[1].codemods == {"bare-except": 2, "broad-except": 0, "silent-except": 1}
    assert list(history.points[1].severities) == list(Severity)


def test_a_merge_is_seen_from_its_first_parent(tmp_path: Path) -> None:
    base: Tree = {"a.py": file()}
    place = repository_of(
        tmp_path / "place",
        [Made(base), Made({**base, "b.py": file(), "c.py": file()}, merges={**base, "b.py": file()})],
    )
    history = counted(place)
    assert [point.findings for point in history.points] == [1, 3]
    assert [point.commit for point in history.points] == first_parents(place)


def test_what_is_too_large_or_no_file_is_skipped(tmp_path: Path) -> None:
    trees: list[Tree] = [
        {"a.py": file(LARGE), "b.py": (LINK, b"a.py"), "c.py": (MODULE, b"1" * 40), ".github/d.py": file()},
        {"a.py": file(), "b.py": file(), "c.py": file(), ".github/d.py": file(), "docs/conf.py": file()},
    ]
    place = repository_of(tmp_path / "place", [Made(tree) for tree in trees])
    history = counted(place, exclude=EXCLUDE)
    assert [(point.findings, point.skipped, point.files) for point in history.points] == [(0, 4, 4), (3, 1, 4)]
    ensure_equal(place, history, EXCLUDE)


def test_a_commit_is_told_with_its_date_and_its_words(tmp_path: Path) -> None:
    commits = [
        Made({}, b"", "1000000000 -0930"),
        Made({}, b"caf\xe9 :100644\x1b]0;x\x07\n\nbody", "1500000000 +0545"),
        Made({}, "\N{SNOWMAN}".encode(), "4102444800 +0000"),
    ]
    points = counted(repository_of(tmp_path / "place", commits)).points
    assert [(point.time, point.zone) for point in points] == [
        (1_000_000_000, "-0930"),
        (1_500_000_000, "+0545"),
        (4_102_444_800, "+0000"),
    ]
    assert [point.subject for point in points] == ["", "caf\ufffd :100644\x1b]0;x\x07", "\N{SNOWMAN}"]


def test_a_version_of_a_file_is_looked_at_once(tmp_path: Path) -> None:
    shown: list[int] = []

    def progress(seen: Iterable[Any], total: int, what: str) -> Iterable[Any]:
        looked = list(seen)
        assert (total, what) == (len(looked), "Reading the past")
        shown.append(total)
        return looked

    trees: list[Tree] = [{"a.py": file()}, {"a.py": file(SAFE)}, {"a.py": file()}, {"a.py": file(), "b.py": file()}]
    counted(repository_of(tmp_path / "place", [Made(tree) for tree in trees]), progress=progress)
    assert shown == [3], "a.py twice, although it went back, and b.py, which may be another matter at its place"


def test_processes_do_not_change_the_figures(tmp_path: Path) -> None:
    trees: list[Tree] = [{f"{n}.py": file(SMELLY * (n + m)) for n in range(9)} for m in range(3)]
    place = repository_of(tmp_path / "place", [Made(tree) for tree in trees])
    assert counted(place) == counted(place) == counted(place, jobs=2)


def test_what_a_person_chose_for_their_eyes_changes_nothing(tmp_path: Path) -> None:
    trees: list[Tree] = [
        {"a.py": file(), "pkg/b.py": file(SMELLY + QUIET)},
        {"c.py": file(), "pkg/d.py": file(SMELLY + QUIET)},
        {"c.py": file(), "pkg/d.py": file(SMELLY)},
    ]
    place = repository_of(tmp_path / "place", [Made(trees[0]), Made(trees[1], merges=trees[0]), Made(trees[2])])
    before = counted(place)
    chosen = [
        *("log.showRoot=false", "log.showSignature=true", "log.diffMerges=off", "log.follow=true"),
        *("diff.renames=copies", "diff.relative=true", "diff.orderFile=/none", "diff.external=false"),
        *("color.ui=always", "core.abbrev=4", "i18n.logOutputEncoding=UTF-16", "format.pretty=full"),
        *("diff.ignoreSubmodules=all", "core.quotePath=true", "log.decorate=full", "diff.noprefix=true"),
    ]
    for each in chosen:
        git(place, "config", *each.split("="))
    (place / "pkg").mkdir()
    opened = Git(place / "pkg")
    assert over_time(opened, MAIN, CHOSEN, last=9, jobs=1) == before


def test_codemods_that_look_at_projects_are_said_not_to_be_counted(tmp_path: Path) -> None:
    history = counted(repository_of(tmp_path / "place", [Made({})]))
    assert history.counted == ("bare-except", "broad-except", "silent-except")
    assert set(history.not_counted) == {codemod.slug() for codemod in CHOSEN} - set(history.counted)
    assert not history.is_cut


@pytest.mark.parametrize(("last", "is_cut"), [(1, False), (2, True), (9, True)])
def test_history_begins_later_in_a_shallow_clone(tmp_path: Path, last: int, is_cut: bool) -> None:  # noqa: FBT001 - a parameter of the test
    place = repository_of(tmp_path / "place", [Made({"a.py": file(SMELLY * n)}) for n in range(1, 5)])
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--depth=2", place.as_uri(), "clone")
    history = counted(tmp_path / "clone", last)
    assert [point.findings for point in history.points] == [3, 4][-last:]
    assert history.is_cut == is_cut


def test_a_clone_without_contents_is_refused_at_once(tmp_path: Path) -> None:
    place = repository_of(tmp_path / "place", [Made({"a.py": file(SMELLY * n)}) for n in range(1, 4)])
    git(place, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", place.as_uri(), "clone")
    with pytest.raises(OperatorError, match=r"run `git fetch --refetch --no-filter`"):
        counted(tmp_path / "clone")
    git(tmp_path / "clone", "fetch", "--quiet", "--refetch", "--no-filter", "origin")
    assert [point.findings for point in counted(tmp_path / "clone").points] == [1, 2, 3]


@pytest.mark.real
def test_no_server_is_asked_for_what_is_not_here(git_server: GitServer, tmp_path: Path) -> None:
    git_server.create("octo/sample")
    url = git_server.clone_url("octo/sample")
    place = repository_of(tmp_path / "place", [Made({"a.py": file(SMELLY * n)}) for n in range(1, 4)])
    publish(place, url, TOKEN)
    way = auth_environment(url, TOKEN)
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", url, "clone", environment=way)
    git_server.counts.clear()
    with pytest.raises(OperatorError, match=r"run `git fetch --refetch --no-filter`"):
        counted(tmp_path / "clone")
    assert sum(git_server.counts.values()) == 0


def test_a_clone_without_trees_is_refused_as_well(tmp_path: Path) -> None:
    place = repository_of(tmp_path / "place", [Made({"a.py": file(SMELLY * n)}) for n in range(1, 4)])
    git(place, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=tree:0", place.as_uri(), "clone")
    with pytest.raises(OperatorError, match=r"run `git fetch --refetch --no-filter`"):
        counted(tmp_path / "clone")


def test_a_content_that_is_lost_is_refused(tmp_path: Path) -> None:
    place = repository_of(tmp_path / "place", [Made({"a.py": file()})])
    blob = git(place, "rev-parse", f"{MAIN}:a.py")
    for pack in (place / ".git/objects/pack").glob("*.pack"):
        kept = pack.rename(tmp_path / pack.name).read_bytes()
        for rest in (place / ".git/objects/pack").iterdir():
            rest.unlink()
        git_bytes(place, "unpack-objects", "-q", stdin=kept)
    (place / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(OperatorError, match="lacks contents"):
        counted(place)


@pytest.mark.parametrize(
    ("commit", "last", "select", "says"),
    [
        (MAIN, 0, (), "at least 1"),
        (MAIN, 9, ("blocking-sleep",), "blocking-sleep cannot be counted commit by commit"),
        ("refs/heads/none", 9, (), "no commit refs/heads/none"),
        ("--output=x", 9, (), "no commit --output=x"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    tmp_path: Path, commit: str, last: int, select: tuple[str, ...], says: str
) -> None:
    place = repository_of(tmp_path / "place", [Made({"a.py": file()})])
    with pytest.raises(OperatorError, match=says):
        over_time(Git(place), commit, choose(select), last=last, jobs=1)


class Faulty(Codemod):
    severity = Severity.LOW
    pattern = re.compile(b"except")

    def find(self, module: Module) -> Iterable[Spot]:
        raise ZeroDivisionError(module.path)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Declined:
        raise NotImplementedError


def test_a_codemod_that_breaks_is_told_once_for_each_path(tmp_path: Path) -> None:
    trees: list[Tree] = [{"a.py": file(SMELLY * n), "b.py": file()} for n in range(1, 4)]
    place = repository_of(tmp_path / "place", [Made(tree) for tree in trees])
    history = over_time(Git(place), MAIN, [Faulty()], last=9, jobs=1)
    assert sorted((broken.path, broken.codemod) for broken in history.broken) == [
        ("a.py", "faulty"),
        ("b.py", "faulty"),
    ]
    assert [point.findings for point in history.points] == [0, 0, 0]
