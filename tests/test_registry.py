import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from fixbot import registry
from fixbot.codemod import ProjectCodemod
from fixbot.errors import CodemodError, OperatorError
from fixbot.registry import catalogue, choose, unknown

Installer = Callable[..., None]

CODEMOD = '''
from fixbot.codemod import Codemod
class Sour(Codemod):
    """Sour."""
    def find(self, module): return ()
    def fix(self, spot, node): return None
'''


BOTH = '''
from fixbot.codemod import Codemod, ProjectCodemod
class Sweet(ProjectCodemod):
    """Sweet."""
    def survey(self, corpus): return ()
class Bitter(Sweet):
    """Bitter."""
    def edit(self, place, node): return None
'''


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Installer]:
    """Install a package of codemods beside the ones that ship."""
    entries = [EntryPoint("builtin", "fixbot.codemods", registry.GROUP)]

    def install(name: str, **modules: str) -> None:
        (tmp_path / name).mkdir()
        for module, text in {"__init__": "", **modules}.items():
            (tmp_path / name / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        entries.append(EntryPoint(name, name, registry.GROUP))
        registry.installed.cache_clear()

    monkeypatch.setattr(registry, "entry_points", lambda *, group: entries if group == registry.GROUP else [])
    before = set(sys.modules)
    yield install
    registry.installed.cache_clear()
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_the_codemods_that_ship_are_found() -> None:
    assert "bare-except" in catalogue()
    assert list(catalogue()) == sorted(catalogue())


def test_a_package_of_another_author_is_found(installed: Installer) -> None:
    installed("others", sour=CODEMOD)
    assert catalogue()["sour"].__module__ == "others.sour"


def test_codemods_of_projects_are_found_and_what_they_only_derive_from_is_not(installed: Installer) -> None:
    before = set(catalogue())
    installed("others", taste=BOTH)
    assert set(catalogue()) - before == {"bitter"}
    assert isinstance(choose(["bitter"])[0], ProjectCodemod)


def test_two_codemods_of_one_name_are_an_error(installed: Installer) -> None:
    installed("others", sour=CODEMOD)
    installed("more", sour=CODEMOD)
    with pytest.raises(CodemodError, match=r"two codemods are called sour: more\.sour and others\.sour"):
        catalogue()


def test_a_package_that_cannot_be_imported_is_an_error(installed: Installer) -> None:
    installed("broken", sour="import nothing_of_that_name")
    with pytest.raises(CodemodError, match="the codemods of broken cannot be imported: No module named"):
        catalogue()


def test_every_codemod_is_chosen_unless_some_are_named() -> None:
    assert [type(codemod) for codemod in choose()] == [one for one in catalogue().values() if not one.opt_in]
    assert [codemod.slug() for codemod in choose(["bare-except"])] == ["bare-except"]
    assert "bare-except" not in [codemod.slug() for codemod in choose(ignore=["bare-except"])]


def test_options_reach_their_codemod() -> None:
    (codemod,) = choose(["bare-except"], options={"bare-except": {"log": "never"}})
    assert codemod.chosen["log"] == "never"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(OperatorError) as caught:
        choose(["bare-excepts"], ["qwertz"], {"bare-except": {"log": "loud"}, "more": {}})
    said = str(caught.value)
    assert "no codemod is called 'bare-excepts'; did you mean 'bare-except'?" in said
    assert "no codemod is called 'qwertz'; `fixbot codemods` lists them" in said
    assert "no codemod is called 'more'" in said


def test_a_wrong_option_of_a_chosen_codemod_is_told() -> None:
    with pytest.raises(OperatorError, match=r"bare-except\.log is one of silent, never, not 'loud'"):
        choose(["bare-except"], options={"bare-except": {"log": "loud"}})


def test_a_near_name_is_offered() -> None:
    assert unknown("bare_except", ["bare-except", "other"]).endswith("did you mean 'bare-except'?")


def test_what_is_opt_in_runs_only_where_it_is_selected() -> None:
    opt_in = {slug for slug, codemod in catalogue().items() if codemod.opt_in}
    assert opt_in == {"todo-without-ticket"}
    assert not opt_in & {codemod.slug() for codemod in choose()}
    assert not opt_in & {codemod.slug() for codemod in choose(ignore=["bare-except"])}
    assert [codemod.slug() for codemod in choose(sorted(opt_in))] == sorted(opt_in)
    assert opt_in <= {codemod.slug() for codemod in registry.every()}


def test_a_codemod_of_a_package_that_tells_what_it_changes_as_text_is_found(installed: Installer) -> None:
    text = """
from fixbot.codemod.patches import TextCodemod
class Bland(TextCodemod):
    '''Bland.'''
    def patches(self, corpus, paths): return ()
"""
    installed("plain", bland=text)
    assert "bland" in catalogue()
