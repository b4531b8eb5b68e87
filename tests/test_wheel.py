from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from fixbot import VERSION
from tests.parts.command import SMELLY, plant, repository
from tests.parts.git import git

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[1]
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "fixbot", "codemods", "templates")
SHADOWED = ("click", "libcst", "jinja2", "github", "ruff", "registry", "model", "ast", "tomllib", "sitecustomize")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that nothing is left in the working tree."""
    copy, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it in a new environment that borrows the other packages of this one; gives the environment."""
    place = tmp_path_factory.mktemp("env") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin/python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--quiet", "--disable-pip-version-check", str(wheel)], check=True)
    # A .pth file comes after the environment's own packages, and this one's editable fixbot is not read from it.
    (site_packages(place) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place


def site_packages(environment: Path) -> Path:
    (found,) = environment.glob("lib/python*/site-packages")
    return found


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Give a repository whose own files would leave a canary if any of them were imported."""
    spring = f"open({str(tmp_path / 'canary')!r}, 'a').write(__name__)\n"
    packages = ("fixbot", "codemods", "templates")
    files: dict[str, str | bytes] = {f"{name}/__init__.py": spring for name in packages}
    files |= {f"{name}.py": spring for name in SHADOWED}
    files |= {"codemods/bare_except.py": spring, "fixbot/cli.py": spring, "conftest.py": spring, "mine.py": SMELLY}
    files |= {"templates/pull_request.md.j2": "{{ canary }}", "templates/explain.md.j2": "{{ canary }}"}
    return repository(tmp_path / "hostile", files)


def fixbot(environment: Path, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    command = [str(environment / "bin/fixbot"), *arguments]
    return subprocess.run(command, cwd=place, env=around, capture_output=True, text=True, check=False)


def test_the_wheel_holds_fixbot_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {"fixbot", f"fixbot-{VERSION}.dist-info"}
    shipped = {
        str(path.relative_to(ROOT))
        for folder in ("fixbot", "codemods", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected = {name if name.startswith("fixbot/") else f"fixbot/{name}" for name in shipped}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"fixbot/py.typed", "fixbot/templates/pull_request.md.j2", "fixbot/codemods/bare_except.py"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_only_fixbot_lands_among_the_packages(installed: Path) -> None:
    found = {path.name for path in site_packages(installed).iterdir() if path.suffix != ".pth"}
    assert found - {"__pycache__", "_virtualenv.py"} == {"fixbot", f"fixbot-{VERSION}.dist-info"}


def test_nothing_of_a_hostile_directory_is_imported(installed: Path, hostile: Path) -> None:
    listed = fixbot(installed, hostile, "codemods")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "bare-except" in listed.stdout
    explained = fixbot(installed, hostile, "explain", "bare-except")
    assert explained.stdout.startswith("# bare-except: Say what")
    scanned = fixbot(installed, hostile, "scan", "--quiet", "--jobs", "2")
    assert (scanned.returncode, scanned.stderr) == (1, "")
    assert [line.partition(":")[0] for line in scanned.stdout.splitlines() if line[0] != " "] == ["mine.py"]
    ran = fixbot(installed, hostile, "run", "--forge", "local")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert git(hostile, "diff", "--name-only", "main", "fixbot/bare-except/all") == "mine.py"
    fixed = fixbot(installed, hostile, "fix")
    assert (fixed.returncode, fixed.stderr) == (0, "")
    assert not (hostile.parent / "canary").exists()


def test_what_is_installed_is_what_runs(installed: Path, tmp_path: Path) -> None:
    plant(tmp_path, {"a.py": "x = 1\n"})
    code = "import fixbot, fixbot.codemods as c, fixbot.templates as t; print(fixbot.__file__, c.__file__, t.__file__)"
    done = subprocess.run(
        [str(installed / "bin/python"), "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert all(path.startswith(str(site_packages(installed))) for path in done.stdout.split())
    assert fixbot(installed, tmp_path, "--version").stdout == f"fixbot, version {VERSION}\n"
