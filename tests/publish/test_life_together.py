from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# The other lives do what these do, and measuring takes them nearly as long again.
pytestmark = [pytest.mark.real, pytest.mark.no_cover]


def orders(*names: str) -> str:
    """Give a class whose methods take anything."""
    methods = (
        f"    def {name}(self, guest, **kwargs):\n"
        '        dish, count = kwargs["dish"], kwargs.pop("count", 1)\n'
        '        self.lines.append((guest, dish, count, kwargs.get("spicy", False)))\n'
        "        return self\n"
        for name in names
    )
    return "class Orders:\n    def __init__(self):\n        self.lines = []\n\n" + "\n".join(methods)


def selling(*names: str) -> str:
    calls = "".join(f'    orders.{name}(guest, dish="soup", spicy=True)\n' for name in names)
    return f"from lib.orders import Orders\n\n\ndef sell(orders: Orders, guest):\n{calls}"


def clock(*names: str) -> str:
    """Give a class whose methods sleep."""
    methods = (
        f"    def {name}(self, seconds):\n        time.sleep(seconds)\n        return seconds\n" for name in names
    )
    return "import time\n\n\nclass Clock:\n" + "\n".join(methods)


def closing(*names: str) -> str:
    calls = "".join(f"    clock.{name}(1.5)\n" for name in names)
    return f"from lib.clock import Clock\n\n\nasync def close(clock: Clock):\n{calls}"


INIT = {"lib/__init__.py": "", "app/__init__.py": ""}
KEYWORDS = {**INIT, "lib/orders.py": orders("add", "put"), "app/sell.py": selling("add", "put")}
SLEEPS = {**INIT, "lib/clock.py": clock("pause", "rest"), "app/close.py": closing("pause", "rest")}
MORE = {"kwargs-schema": selling("add", "put"), "blocking-sleep": closing("pause", "rest")}
both = pytest.mark.parametrize(
    ("slug", "files"), [("kwargs-schema", KEYWORDS), ("blocking-sleep", SLEEPS)], ids=["kwargs", "sleep"]
)


def states(life: Life, **settings: object) -> list[str]:
    return [state for _, state in life.run(**settings).states]


@both
def test_opened_once_in_all_files(tmp_path: Path, slug: str, files: Mapping[str, str]) -> None:
    life = Life(tmp_path / "place", files)
    (pull,) = life.only_shown().pulls
    paths = sorted(path for path in files if "init" not in path)
    assert (pull["branch"], pull["state"], pull["files"]) == (f"fixbot/{slug}/all", "opened", paths)
    assert [pull["state"] for pull in life.settled().pulls] == ["unchanged"]


@both
@pytest.mark.parametrize("way", ["split", "finding"])
def test_one_by_one_each_merges_after_the_other(tmp_path: Path, slug: str, files: Mapping[str, str], way: str) -> None:
    life = Life(tmp_path / "place", files, **({"shard": "finding"} if way == "finding" else {}))
    life.run()
    if way == "split":
        life.comment("/fixbot split")
        assert states(life) == ["superseded", "opened", "opened"]
    life.settled()
    first, second = (pull["branch"] for pull in life.pulls())
    life.merge(first)
    assert states(life) == ["conflict", "merged"]
    life.settled()
    life.merge(second)
    assert states(life) == ["merged", "merged"]
    assert life.fixbot("--select", slug).json["summary"]["findings"] == 0
    life.settled()


@both
def test_a_new_caller_is_taken_in(tmp_path: Path, slug: str, files: Mapping[str, str]) -> None:
    life = Life(tmp_path / "place", files)
    life.run()
    life.commit({"app/more.py": MORE[slug]})
    (pull,) = life.only_shown().pulls
    assert (pull["state"], "app/more.py" in pull["files"]) == ("updated", True)
    life.settled()


@both
def test_a_finding_that_was_declined_does_not_come_with_its_neighbour(
    tmp_path: Path, slug: str, files: Mapping[str, str]
) -> None:
    del slug
    life = Life(tmp_path / "place", files, shard="finding")
    life.run()
    life.close()
    for shard in ("finding", "directory", "owner"):
        life.run(shard=shard)
        assert states(life, shard=shard) == ["unchanged", "declined"]
    life.commit({"app/more.py": next(iter(MORE.values()))})
    life.run()
    (pull,) = life.pulls()
    assert set(pull["fingerprints"]).isdisjoint(life.record(1)["fingerprints"])


@both
def test_an_ignored_caller_holds_it_up(tmp_path: Path, slug: str, files: Mapping[str, str]) -> None:
    del slug
    life = Life(tmp_path / "place", files)
    life.run()
    head = life.git("for-each-ref", "refs/heads/fixbot")
    life.comment("/fixbot ignore app")
    ran = life.run()
    assert [state for _, state in ran.states] == ["left alone"]
    assert ran.reasons[0].startswith("fixbot would not write it today: ")
    assert "people asked fixbot to ignore it" in ran.reasons[0]
    assert life.git("for-each-ref", "refs/heads/fixbot") == head
    life.settled()


@both
def test_limits_do_not_part_it(tmp_path: Path, slug: str, files: Mapping[str, str]) -> None:
    del slug
    life = Life(tmp_path / "place", files, max_files=1, max_lines=1)
    (pull,) = life.run().pulls
    assert len(pull["files"]) == 2
    life.settled()


def test_three_codemods_have_a_pull_request_each_and_a_limit_for_all(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {**KEYWORDS, **SLEEPS, "app/load.py": smell("load")}, max_open=2)
    ran = life.run()
    assert sorted(pull["state"] for pull in ran.pulls) == ["opened", "opened", "waiting"]
    assert sorted(pull["state"] for pull in life.settled().pulls) == ["unchanged", "unchanged", "waiting"]


def test_the_same_file_in_pull_requests_of_two_codemods(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {**KEYWORDS, "app/sell.py": selling("add", "put") + "\n\n" + smell("load")})
    life.run()
    for pull in life.pulls():
        life.merge(pull["branch"])
        life.run()
        life.settled()
    assert life.run().document["summary"]["findings"] == 0


def test_an_issue_about_one_of_two_methods(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    life = Life(tmp_path / "place", KEYWORDS)
    life.issue(7, "# kwargs-schema in lib/orders.py:5\n")
    (pull,) = life.only_shown("--issue", "7").pulls
    assert (pull["state"], pull["findings"]) == ("opened", 1)
    assert "\nFixes #7\n" in life.pulls()[0]["body"]
    life.settled("--issue", "7")
    assert sorted(pull["state"] for pull in life.run().pulls) == ["opened", "unchanged"]
    life.settled()
    life.settled("--issue", "7")
