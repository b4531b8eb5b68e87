"""Lets jobs of later nights take what a job of an earlier one installed: pip takes as long as all that follows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = "  steps:\n"
# The action finds fixbot where it would have put it. What was kept is of another job, whose folder is gone by now.
_TAKE = """\
[ -e "$KEPT" ] || exit 0
key="$(python3 -I -c 'import hashlib, sys
sys.stdout.write(hashlib.sha256(sys.argv[1].encode()).hexdigest()[:16])' "$ACTION")"
home="$RUNNER_TEMP/fixbot/$key"
old="$(< "$KEPT/installed")"
mkdir -p "$RUNNER_TEMP/fixbot"
cp -Rp "$KEPT" "$home"
sed -i "s|${old%/venv/bin}|$home|g" "$home/installed" "$home/venv/bin/fixbot"
"""
# What Python compiled while fixbot was at work is kept too. Whoever is quicker keeps it.
_KEEP = """\
[ ! -e "$KEPT" ] || exit 0
mkdir -p "$KEPT.$$"
cp -Rp "$HERE/venv" "$HERE/installed" "$KEPT.$$"
mv -T "$KEPT.$$" "$KEPT" || rm -rf "$KEPT.$$"
"""


def keep(action: Path, kept: Path) -> None:
    """Let the first job of each phase that succeeds keep what the action has installed in it, and others take that.

    Args:
        action: the folder of a copy of fixbot's action, which is changed.
        kept: the folder where it is kept.
    """
    text = (action / "action.yml").read_text("utf-8")
    assert text.count(_STEPS) == 1
    around = {"INPUT_TOKEN": "", "KEPT": f"{kept}/${{{{ inputs.phase }}}}"}
    take = _step(_TAKE, around | {"ACTION": "${{ github.action_path }}"})
    last = _step(_KEEP, around | {"HERE": "${{ steps.install.outputs.home }}"})
    (action / "action.yml").write_text(text.replace(_STEPS, _STEPS + take) + last, "utf-8")


def _step(script: str, around: dict[str, str]) -> str:
    """Return a step that has no token, as a line: JSON is YAML."""
    step = {
        "shell": "bash",
        "working-directory": "${{ runner.temp }}",
        "env": around,
        "run": script,
    }
    return f"    - {json.dumps(step)}\n"
