import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

from fixbot.codemod import Codemod, Declined, Fixes, Keeps, Module, Option, Proposal, Spot, cst
from fixbot.errors import CodemodError, OperatorError
from fixbot.model import Safety, Severity


class OldHTTPNames(Codemod):
    """Say `http.client`.

    The old name is gone.

    It was renamed.

    Left alone: strings.

    Safety: `safe` everywhere.
    """

    severity = Severity.LOW
    pattern = re.compile(rb"httplib")
    options = (Option("style", ("new", "old"), "which one"), Option("depth", ("1", "2"), "how deep"))

    def find(self, module: Module) -> Iterable[Spot]:
        del module
        return ()

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:

        del spot, node
        return Declined("never")


def test_the_slug_is_the_class_name_in_small_letters() -> None:
    class BareExcept(OldHTTPNames):
        pass

    assert BareExcept.slug() == "bare-except"
    assert OldHTTPNames.slug() == "old-httpnames"


def test_the_docstring_is_taken_apart() -> None:
    said = OldHTTPNames.explanation()
    assert said.title == "Say `http.client`"
    assert said.why == "The old name is gone.\n\nIt was renamed."
    assert said.left_alone == "strings."
    assert said.safety == "`safe` everywhere."


@pytest.mark.parametrize(
    "lost", ["Left alone: strings.", "Safety: `safe` everywhere.", "The old name is gone.\n\n    It was renamed."]
)
def test_a_docstring_without_a_part_is_refused(lost: str) -> None:
    class Lacking(OldHTTPNames):
        __doc__ = (OldHTTPNames.__doc__ or "").replace(lost, "")

    with pytest.raises(CodemodError, match="Lacking: its docstring needs a title, a why, 'Left alone:' and 'Safety:'"):
        Lacking.explanation()


def test_the_first_choice_of_an_option_is_its_default() -> None:
    assert OldHTTPNames().chosen == {"style": "new", "depth": "1"}
    assert OldHTTPNames({"style": "old"}).chosen == {"style": "old", "depth": "1"}


def test_an_option_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(OperatorError, match="old-httpnames has no option 'stile'; it has: style, depth"):
        OldHTTPNames({"stile": "old"})


def test_a_choice_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(OperatorError, match=r"old-httpnames\.style is one of new, old, not 'other'"):
        OldHTTPNames({"style": "other"})


def test_examples_are_written_as_indented_blocks() -> None:
    fixes = Fixes(
        """
        if a:
            b
        """,
        """
        c
        """,
        because="x",
    )
    assert (fixes.before, fixes.after) == ("if a:\n    b\n", "c\n")
    assert Keeps("\n    d\n", because="y").code == "d\n"


def test_a_finding_that_is_manual_is_within_no_limit() -> None:
    assert Safety.SAFE.within(Safety.REVIEW)
    assert Safety.REVIEW.within(Safety.REVIEW)
    assert not Safety.REVIEW.within(Safety.SAFE)
    assert not Safety.MANUAL.within(Safety.MANUAL)


def test_an_inspection_never_loads_libcst() -> None:
    script = (
        "import sys\nfrom fixbot.engine import inspect\nfrom fixbot.model import SourceFile\n"
        "from fixbot.codemod.contract import of_files\n"
        "from fixbot.registry import choose\n"
        "found = inspect(SourceFile('a.py', b'try:\\n    a()\\nexcept:\\n    pass\\n'), of_files(choose()))\n"
        "assert len(found.findings) == 1\nassert 'libcst._nodes' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_options_are_told_where_they_are_not_the_default() -> None:
    assert OldHTTPNames().chosen_otherwise() == {}
    assert OldHTTPNames({"style": "old"}).chosen_otherwise() == {"style": "old"}
