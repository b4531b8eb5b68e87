from __future__ import annotations

import pytest

from fixbot.shell.ruff import Style
from fixbot.shell.style import read_style


def style(**files: str | bytes) -> Style:
    named = {name.replace("_toml", ".toml").replace("hidden", ".ruff"): text for name, text in files.items()}

    def read(name: str) -> bytes | None:
        text = named.get(name)
        return text.encode() if isinstance(text, str) else text

    return read_style(read)


def test_a_project_that_asks_for_nothing_has_no_style() -> None:
    assert style() == Style()
    assert style(pyproject_toml='[project]\nname = "x"\n') == Style()


def test_rules_length_and_target_are_read() -> None:
    text = """
        [tool.ruff]
        line-length = 100
        target-version = "py311"
        [tool.ruff.lint]
        select = ["E"]
        extend-select = ["B"]
        ignore = ["E501"]
        extend-ignore = ["B008"]
    """
    assert style(pyproject_toml=text) == Style(("E",), ("E501", "B008"), 100, "py311", more=("B",))


def test_ruff_s_own_files_come_first() -> None:
    shared = "[tool.ruff]\nline-length = 100\n"
    assert style(pyproject_toml=shared, ruff_toml="line-length = 90\n").line_length == 90
    assert (
        style(pyproject_toml=shared, ruff_toml="line-length = 90\n", hidden_toml="line-length = 80\n").line_length == 80
    )


def test_black_s_length_serves_where_ruff_has_none() -> None:
    assert style(pyproject_toml="[tool.black]\nline-length = 79\n").line_length == 79
    assert style(pyproject_toml="[tool.black]\nline-length = 79\n[tool.ruff]\nline-length = 99\n").line_length == 99


def test_rules_from_before_they_had_a_table_of_their_own() -> None:
    assert style(ruff_toml='select = ["F401"]\n').select == ("F401",)


@pytest.mark.parametrize(
    "text",
    [
        "line-length = true\n",
        "line-length = 5\n",
        'line-length = "100"\n',
        'target-version = "py27; rm"\n',
        "target-version = 3\n",
        'select = "ALL"\n',
        'select = ["--config=evil.toml", "e501", "", 3, "E501\\n"]\n',
        "lint = 3\n",
        "broken [",
        "x = " + "[" * 5000,
        b"\xff",
    ],
)
def test_what_is_not_well_formed_counts_for_nothing(text: str | bytes) -> None:
    assert style(ruff_toml=text) == Style()


@pytest.mark.parametrize("text", ["tool = 3\n", "[tool]\nruff = 3\n", "[[tool.ruff]]\n"])
def test_tables_that_are_none_count_for_nothing(text: str) -> None:
    assert style(pyproject_toml=text) == Style()


def test_settings_of_the_formatter_are_read_and_others_are_not() -> None:
    ruff = b"[tool.ruff.format]\nquote-style = 'single'\nindent-style = 'x'\nskip-magic-trailing-comma = true\n"
    found = read_style({"pyproject.toml": ruff}.get)
    assert found.formatting == ('format.quote-style="single"', "format.skip-magic-trailing-comma=true")
    black = read_style({"pyproject.toml": b"[tool.black]\nskip-string-normalization = true\n"}.get)
    assert black.formatting == ('format.quote-style="preserve"',)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ('[project]\nrequires-python = ">=3.9"\n', "py39"),
        ('[project]\nrequires-python = ">=3.9,!=3.9.*"\n', "py310"),
        ('[project]\nrequires-python = ">=2.7"\n', "py37"),
        ('[project]\nrequires-python = ">=3.9"\n[tool.ruff]\ntarget-version = "py312"\n', "py312"),
        ('[project]\nrequires-python = "new"\n', None),
        ("[project]\nrequires-python = 3\n", None),
        ("[tool.ruff]\n", None),
    ],
)
def test_the_target_is_the_oldest_python_of_the_project(text: str, target: str | None) -> None:
    assert read_style({"pyproject.toml": text.encode()}.get).target == target
