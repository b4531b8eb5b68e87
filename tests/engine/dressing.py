"""A codemod for tests that renames functions and puts whatever it is told beside them and at the top."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from fixbot.codemod import Breaking, Corpus, Place, ProjectCodemod, Proposal, Safety, Severity, Site, cst
from fixbot.engine import whole
from fixbot.joint import attempt_jointly


class Dressing(ProjectCodemod):
    """Rename functions that are called `old…`."""

    severity = Severity.LOW
    pattern = re.compile(rb"old\w*")

    def __init__(
        self,
        *,
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
        imports: tuple[str, ...] = (),
        breaking: Breaking | None = None,
    ) -> None:
        super().__init__()
        self.before, self.after, self.imports, self.breaking = before, after, imports, breaking

    def survey(self, corpus: Corpus) -> Iterator[Site]:
        """Yield every function with an old name."""
        for path in corpus.files:
            file = corpus.file(path)
            for node in ast.walk(file.module.tree) if file is not None else ():
                if isinstance(node, ast.FunctionDef) and node.name.startswith("old"):
                    at = Place.of(path, node)
                    yield Site(at=at, message="an old name", places=(at,), breaking=self.breaking)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal:
        """Write the new name, and what was asked for."""
        del place
        assert isinstance(node, cst.FunctionDef)
        old = node.name.value
        renamed = node.with_changes(name=cst.Name(old.replace("old", "new")))
        return Proposal(renamed, self.imports, drops=(old,), before=self.before, after=self.after)


def dressed(
    text: str,
    *,
    before: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    imports: tuple[str, ...] = (),
    around: Mapping[str, str] | None = None,
    path: str = "a.py",
) -> str:
    """Return a file with its old names gone, or why that is refused; `around` are other files of the project."""
    files = {path: text.encode()} | {name: content.encode() for name, content in (around or {}).items()}
    done = attempt_jointly(whole(files), Dressing(before=before, after=after, imports=imports), Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    found = [rewrite.after.decode() for rewrite in done.rewrites if rewrite.path == path]
    return found[0] if found else done.refused[0].because
