from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts.command import fixbot, plant

FILES = {
    "shop/app.py": 'import os\n\nPORT = os.getenv("PORT", "8000")\n',
    "shop/keys.py": 'import os\n\nKEY = os.environ["SHOP_KEY"]\n',
    "shop/plain.py": "X = 1\n",
    "shop/broken.py": "import os\nos.environ[\n",
    "tests/test_app.py": 'import os\n\nONLY = os.getenv("ONLY_IN_TESTS")\n',
}


def test_the_variables_of_a_project_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)

    done = fixbot("env-example")

    assert done.code == 0
    assert "# optional: shop/app.py:3\n# PORT=8000\n" in done.out
    assert "# required: shop/keys.py:3\nSHOP_KEY=\n" in done.out
    assert "ONLY_IN_TESTS" not in done.out
    assert "shop/broken.py: skipped, unparsable" in done.err


def test_they_can_be_written_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)

    done = fixbot("env-example", "shop/app.py", "--output", ".env.example")

    assert (done.code, done.out) == (0, "")
    assert "PORT=8000" in (tmp_path / ".env.example").read_text(encoding="utf-8")
