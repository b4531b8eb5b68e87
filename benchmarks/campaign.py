"""Measures a campaign over many repositories, made of real source distributions, and prints Markdown tables.

    python -m benchmarks.campaign [--repositories N] [--small N] [--cache FOLDER] [--whole] [--dask]

Each of the packages in campaign.txt becomes a repository with one commit and a bare `origin` that is a path. Measured
are `fixbot plan` alone on each, one after the other, and the dry run of a campaign with one and with two workers, and
with two workers of a Dask scheduler (`--dask`): seconds, repositories a minute, and the most memory that the
coordinator itself takes. All plans must be the same, byte for byte. `--whole` makes the campaign in earnest, pass after
pass, with maintainers who merge whatever is open between two passes; no finding may be in two pull requests.
`--small` measures the coordinator over so many repositories of one file each.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("campaign.txt")
CODEMODS = ("bare-except", "broad-except", "lost-cause", "request-without-timeout")
MEGABYTE = 1_000_000
_FIXBOT = (sys.executable, "-c", "from fixbot.cli import main; main()")
_GIT = shutil.which("git") or "git"
_OFTEN = 0.05
_SMELL = "def load(path):\n    try:\n        return open(path).read()\n    except:\n        return {number}\n"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a program took: seconds of wall clock, and the most memory of that one process, in bytes."""

    what: str
    seconds: float
    memory: int


def fetched(names: Sequence[str], cache: Path) -> list[Path]:
    """Return the source distributions of packages as archives, each fetched once."""
    cache.mkdir(parents=True, exist_ok=True)
    found = []
    for name in names:
        place = cache / f"{name}.tar.gz"
        if not place.exists():
            with urllib.request.urlopen(f"https://pypi.org/pypi/{name}/json", timeout=60) as answer:
                files = json.load(answer)["urls"]
            url = next(file["url"] for file in files if file["filename"].endswith(".tar.gz"))
            with urllib.request.urlopen(url, timeout=120) as answer:  # noqa: S310 - what PyPI names, over https
                place.write_bytes(answer.read())
        found.append(place)
    return found


def made(archives: Sequence[Path], folder: Path) -> None:
    """Make a repository of each archive in `work`, with an origin in `origins`."""
    for archive in archives:
        name = archive.name.removesuffix(".tar.gz")
        with tempfile.TemporaryDirectory(dir=folder) as unpacked:
            with tarfile.open(archive) as held:
                held.extractall(unpacked, filter="data")
            inside = next(path for path in Path(unpacked).iterdir() if path.is_dir())
            shutil.move(inside, folder / "work" / name)
        _repository(folder, name)


def small(count: int, folder: Path) -> None:
    """Make so many repositories of one file."""
    for number in range(count):
        place = folder / "work" / f"r{number:05}"
        place.mkdir(parents=True)
        (place / "a.py").write_text(_SMELL.format(number=number))
        _repository(folder, place.name)


def _repository(folder: Path, name: str) -> None:
    place, origin = folder / "work" / name, folder / "origins" / f"{name}.git"
    shutil.rmtree(place / ".git", ignore_errors=True)
    (place / "fixbot.toml").write_text("")
    _git(folder, "init", "-q", "--bare", "-b", "main", "--template=", str(origin))
    _git(place, "init", "-q", "-b", "main", "--template=")
    _git(place, "add", "-A", "-f")
    _git(place, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-q", "-m", "Begin")
    _git(place, "remote", "add", "origin", str(origin))
    _git(place, "push", "-q", "origin", "main")


def _git(place: Path, *arguments: str) -> str:
    return subprocess.run([_GIT, "-C", str(place), *arguments], check=True, capture_output=True, text=True).stdout


def campaign(folder: Path, name: str) -> Path:
    """Write a campaign's file."""
    file = folder / f"{name}.toml"
    codemods = ", ".join(f'"{slug}"' for slug in CODEMODS)
    file.write_text(
        f'[campaign]\nname = "{name}"\ncodemods = [{codemods}]\nforge = "local"\n[repositories]\nfolder = "work"\n'
        "[limits]\nopen = 1000\nrepository = 3\n[waves]\ncanary = 20\nsize = 60\n"
    )
    return file


def start(file: Path, what: str, *arguments: str) -> Measured:
    """Make a pass; measure the coordinator alone, not those that plan."""
    command = [*_FIXBOT, "campaign", "start", str(file), "--quiet", "--format", "json", *arguments]
    began, memory = time.perf_counter(), 0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory = max(memory, _peak(process.pid))
            time.sleep(_OFTEN)
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode(errors="replace")[-2000:])
    return Measured(what, time.perf_counter() - began, memory)


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def alone(folder: Path) -> Measured:
    """Plan for each repository with `fixbot plan`, one after the other."""
    began = time.perf_counter()
    for place in sorted((folder / "work").iterdir()):
        output = folder / "alone.json"
        options = ["--select", ",".join(CODEMODS), "--jobs", "1", "--quiet", "--no-progress", "-o", str(output)]
        subprocess.run([*_FIXBOT, "plan", str(place), *options], check=True, capture_output=True)
    return Measured("`fixbot plan` alone", time.perf_counter() - began, 0)


def plans(folder: Path, name: str) -> dict[str, bytes]:
    """Return the plans of a campaign by the names of their files."""
    return {path.name: path.read_bytes() for path in (folder / f"{name}.campaign" / "plans").iterdir()}


def whole(folder: Path) -> list[str]:
    """Make the campaign in earnest and return what is to be told of it."""
    file, passes, began = campaign(folder, "whole"), 0, time.perf_counter()
    while True:
        start(file, "", "--jobs", "2")
        passes += 1
        told = json.loads(
            subprocess.run(
                [*_FIXBOT, "campaign", "status", str(file), "--format", "json"], check=True, capture_output=True
            ).stdout
        )
        if not sum(_merged(folder / "work" / row["name"], row["pull_requests"]) for row in told["repositories"]):
            break
    seconds = time.perf_counter() - began
    twice = _twice(folder)
    pulls = told["pull_requests"]
    opened = f"{pulls['merged']} pull requests merged, {pulls['open']} open"
    left = f"{told['findings']['left']} of {told['findings']['first']} findings left; states {told['states']}"
    return [f"The whole campaign: {passes} passes, {seconds:.0f} s; {opened}; {left}; in two of them: {twice}."]


def _merged(place: Path, pulls: Sequence[dict[str, object]]) -> int:
    """Merge what is open, as long as it merges without a conflict; return how many were."""
    count = 0
    for pull in pulls:
        if pull["state"] != "open":
            continue
        record = json.loads((place / f".git/fixbot/pulls/{pull['number']}.json").read_text())
        who = ("-c", "user.name=b", "-c", "user.email=b@example.org")
        done = subprocess.run(
            [_GIT, "-C", str(place), *who, "merge", "-q", "--no-ff", "-m", "merge", record["branch"]],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            _git(place, "merge", "--abort")
        else:
            count += 1
    return count


def _twice(folder: Path) -> int:
    """Count findings that are in more than one pull request of their repository."""
    found = 0
    for place in (folder / "work").iterdir():
        records = [json.loads(path.read_text()) for path in place.glob(".git/fixbot/pulls/*.json")]
        counts = Counter(finding for record in records for finding in record["fingerprints"])
        found += sum(count > 1 for count in counts.values())
    return found


def compared(folder: Path, count: int, cluster: str) -> list[str]:
    """Measure the engines and return the table."""
    rows, told = [alone(folder)], {}
    ways = {"one worker": ("--jobs", "1"), "two workers": ("--jobs", "2")}
    if cluster:
        ways["two workers of Dask"] = ("--engine", cluster)
    for name, options in ways.items():
        slug = name.replace(" ", "-")
        file = campaign(folder, slug)
        rows.append(start(file, f"campaign, {name}", "--dry-run", *options))
        told[name] = plans(folder, slug)
        if name == "two workers":
            rows.append(start(file, "the same again, nothing new", "--dry-run", *options))
    same = all(one == told["one worker"] for one in told.values())
    table = ["| | seconds | repositories a minute | coordinator |", "|---|---:|---:|---:|"]
    table += [
        f"| {row.what} | {row.seconds:.0f} | {count / row.seconds * 60:.0f} | "
        f"{f'{row.memory / MEGABYTE:.0f} MB' if row.memory else ''} |"
        for row in rows
    ]
    return [*table, "", f"{len(told['one worker'])} plans; the same from every engine, byte for byte: {same}."]


def main() -> int:
    """Measure what is asked for; return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.campaign", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repositories", type=int, default=200, metavar="N")
    parser.add_argument("--small", type=int, default=0, metavar="N")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/fixbot-benchmarks/distributions")
    parser.add_argument("--dask", default="", metavar="ADDRESS", help="a scheduler with two workers")
    parser.add_argument("--whole", action="store_true")
    asked = parser.parse_args()
    names = LIST.read_text().split()[: asked.repositories]
    with tempfile.TemporaryDirectory(prefix="campaign-") as place:
        folder = Path(place)
        if asked.small:
            small(asked.small, folder)
            row = start(campaign(folder, "small"), f"{asked.small} small ones", "--dry-run", "--jobs", "2")
            print(f"{row.what}: {row.seconds:.0f} s, coordinator {row.memory / MEGABYTE:.0f} MB")
            return 0
        made(fetched(names, asked.cache), folder)
        print("\n".join(compared(folder, len(names), asked.dask)), flush=True)
        if asked.whole:
            print("\n".join(whole(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
