import os
from pathlib import Path

import pytest

from fixbot.errors import OperatorError
from fixbot.settings import Settings
from fixbot.shell.config import is_configured, read_settings, repository_settings, text_settings
from fixbot.toml import LIMIT


def refused(root: Path, config: Path | None = None) -> str:
    with pytest.raises(OperatorError) as caught:
        read_settings(root, config)
    return str(caught.value)


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_fixbot_toml_holds_the_keys_at_its_top(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("max-open = 5\n[codemods.a]\nb = true\n")
    assert read_settings(tmp_path) == Settings(max_open=5, codemods={"a": {"b": "true"}})


def test_pyproject_holds_the_keys_in_its_own_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(
        b'\xef\xbb\xbf[project]\r\nname = "x"\r\n[tool.fixbot]\r\nmax-open = 5\r\n'
    )
    assert read_settings(tmp_path).max_open == 5


@pytest.mark.parametrize("content", ['[project]\nname = "x"\n', '[project]\nname = "fixbot"\n', "broken [", "tool = 3"])
def test_a_pyproject_without_the_table_means_the_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / "pyproject.toml").write_text(content)
    assert read_settings(tmp_path) == Settings()


def test_both_files_with_keys_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.fixbot]\nmax-open = 5\n")
    (tmp_path / "fixbot.toml").write_text("max-open = 6\n")
    assert refused(tmp_path) == "fixbot is configured twice: keep either fixbot.toml or [tool.fixbot] in pyproject.toml"


def test_an_empty_file_does_not_count_as_the_second(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.fixbot]\nmax-open = 5\n")
    (tmp_path / "fixbot.toml").write_text("# nothing yet\n")
    assert read_settings(tmp_path).max_open == 5


def test_a_named_file_is_taken_instead_of_the_repository_s(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("max-open = 6\n")
    named = tmp_path / "other.toml"
    named.write_text("max-open = 7\n")
    assert read_settings(tmp_path, named).max_open == 7


@pytest.mark.parametrize("name", ["pyproject.toml", "ours.toml"])
def test_a_named_file_may_be_a_pyproject(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('[project]\nname = "x"\n[tool.fixbot]\nmax-open = 7\n')
    assert read_settings(tmp_path / "elsewhere", tmp_path / name).max_open == 7


def test_a_named_pyproject_must_have_the_table(tmp_path: Path) -> None:
    named = tmp_path / "pyproject.toml"
    named.write_text('[project]\nname = "x"\n')
    assert refused(tmp_path, named) == f"{named}: has no [tool.fixbot]"


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    assert refused(tmp_path, tmp_path / "no.toml") == f"no such file: {tmp_path / 'no.toml'}"


def test_mistakes_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("max-opne = 5\n")
    assert refused(tmp_path) == "fixbot.toml: unknown key 'max-opne': did you mean 'max-open'?"


def test_broken_toml_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("max-open = 5\nmax-files = \n")
    message = refused(tmp_path)
    assert message.startswith("fixbot.toml: is not TOML: ")
    assert "line 2" in message


def test_bytes_that_are_not_utf_8_name_their_line(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_bytes(b"max-open = 5\nauthor = '\xff'\n")
    assert refused(tmp_path) == "fixbot.toml: line 2 is not UTF-8"


def test_toml_that_is_nested_too_deeply_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("select = " + "[" * 100_000)
    assert refused(tmp_path).startswith("fixbot.toml: is ")


def test_a_number_of_many_digits_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_text("[codemods.a]\nb = 0x" + "f" * 9_999)
    assert refused(tmp_path).startswith("fixbot.toml: codemods: ")


@pytest.mark.parametrize("value", ["3", "[]", "true"])
def test_the_table_must_be_a_table(value: str) -> None:
    with pytest.raises(OperatorError, match=r"^pyproject.toml: \[tool.fixbot\] must be a table$"):
        text_settings(f"[tool]\nfixbot = {value}\n".encode(), "pyproject.toml")


def test_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.toml").write_text("max-open = 5\n")
    (root / "fixbot.toml").symlink_to("../secret.toml")
    assert refused(root) == "fixbot.toml: is a link that leads out of the repository"


def test_a_link_within_the_repository_is_followed(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "bot.toml").write_text("max-open = 5\n")
    (tmp_path / "fixbot.toml").symlink_to("config/bot.toml")
    assert read_settings(tmp_path).max_open == 5


@pytest.mark.parametrize("target", ["fixbot.toml", "nowhere.toml"])
def test_a_link_to_nothing_or_itself_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "fixbot.toml").symlink_to(target)
    assert refused(tmp_path).startswith("fixbot.toml: cannot be read: ")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fixbot.toml")
    assert refused(tmp_path) == "fixbot.toml: is not a regular file"


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").mkdir()
    assert refused(tmp_path).startswith("fixbot.toml: ")
    assert refused(tmp_path, tmp_path).startswith(f"{tmp_path}: ")


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fixbot.toml").write_bytes(b"#" * (LIMIT + 1))
    assert refused(tmp_path) == "fixbot.toml: is larger than 1 MB"


def test_settings_can_be_read_from_bytes() -> None:
    assert text_settings(b"[tool.fixbot]\nmax-open = 5\n", "main:pyproject.toml").max_open == 5
    assert text_settings(b"max-open = 5\n", "main:fixbot.toml").max_open == 5


def test_a_repository_s_settings_can_come_from_anywhere() -> None:
    kept = {"pyproject.toml": b"[tool.fixbot]\nmax-open = 5\n"}
    assert repository_settings(kept.get).max_open == 5


def test_what_comes_from_anywhere_has_the_same_limits() -> None:
    for name in ("fixbot.toml", "pyproject.toml"):
        with pytest.raises(OperatorError, match=rf"^{name}: is larger than 1 MB$"):
            repository_settings({name: b"#" * (LIMIT + 1)}.get)
    with pytest.raises(OperatorError, match=r"^fixbot\.toml: line 1 has a key of more than 16 parts"):
        repository_settings({"fixbot.toml": b"a" + b".a" * 400_000 + b" = 1"}.get)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[tool.fixbot]\n", True),
        ("[tool]\nfixbot = {}\n", True),
        ('[tool."fixbot".codemods]\n', True),
        ("# [tool.fixbot]\n", False),
        ("[tool.fixbottle]\na = 1\n", False),
        ("note = '[tool.fixbot]'\n", False),
        ('[project]\nname = "fixbot"\n', False),
    ],
)
def test_a_pyproject_configures_fixbot_where_it_has_the_table(content: str, *, said: bool) -> None:
    assert is_configured({"pyproject.toml": content.encode()}.get) is said


def test_a_file_of_fixbot_s_own_configures_it_and_nothing_does_not() -> None:
    assert is_configured({"fixbot.toml": b""}.get)
    assert not is_configured(lambda _name: None)
