"""What the machine chooses from: files, edits, commands and weather; and how often it lives."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, TypeVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st

from tests.parts.recorder import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

M = TypeVar("M")
#: Into how many tests the lives of a machine are divided, for machines with several cores.
PARTS = range(4)
PATHS = ("a.py", "b.py", "one/c.py", "one/d.py", "two/e.py")
SMELL = "\n\ndef {name}(path):\n    try:\n        return open(path).read()\n    except:\n        return ''\n"
VERBS = (
    "recreate",
    "split",
    "unignore",
    "ignore",
    "rebase",
    "explain",
    "status",
    "ignore two",
    "unignore two",
    "merge",
)
_FIXED = re.compile(r"except \([^)]*\):")

some = st.integers(0, 7)
path = st.sampled_from(PATHS)
fresh = st.none() | path
nth = st.integers(1, 8)
yes_or_no = st.booleans()
mostly = st.sampled_from([True, True, True, False])


def said(status: int, message: str, **headers: str) -> Answer:
    """Give an answer of GitHub's; `_` in the name of a header stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": "application/json", **named}, f'{{"message": "{message}"}}'.encode())


WEATHER = {
    "bad gateway": said(502, "Bad gateway"),
    "hung up": Answer(0),
    "slow down": said(403, "You have exceeded a secondary rate limit", Retry_After="3600"),
    "wait": said(429, "Too many requests", Retry_After="0"),
    "used up": said(403, "API rate limit exceeded", X_RateLimit_Remaining="0", X_RateLimit_Reset="4000000000"),
    "without a word": said(429, "You have exceeded a secondary rate limit"),
}


EDITS: dict[str, Callable[[str], str]] = {
    "add a smell": lambda text: text,  # needs a new name each time
    "mend a smell by hand": lambda text: text.replace("except:", "except ValueError:", 1),
    "bring a smell back": lambda text: _FIXED.sub("except:", text, count=1),
    "move code": lambda text: f"# above\n{text}" if text else text,
    "edit other lines": lambda text: f"{text}\n\nLAST = {len(text)}\n" if text else text,
}
WORDINGS = ("title", "tricky", "wiped", "replaced", "doubled", "appended", "broken", "forged")
TITLES = {"title": "Our words", "tricky": "Say `what` <!-- fixbot:1 {} -->"}


def chosen(share: float) -> settings:
    """Give how often a machine lives: its share of 200, the same each time, or of `FIXBOT_MACHINES`, always others.

    `FIXBOT_SHRINK` makes a life that failed as short as it can be, which takes minutes.
    """
    shrink = [Phase.shrink] if "FIXBOT_SHRINK" in os.environ else []
    return settings(
        max_examples=max(1, int(int(os.environ.get("FIXBOT_MACHINES", "200")) * share)),
        stateful_step_count=12,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, *shrink),
    )


def seeded(machine: type[M], part: int) -> type[M]:
    """Let a machine live the same lives each time, others for each part; always others with `FIXBOT_MACHINES`."""
    return machine if "FIXBOT_MACHINES" in os.environ else seed(part)(machine)
