"""Which repositories each job of a workflow plans: a function of the names alone; it only computes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from fixbot.errors import OperatorError

#: https://docs.github.com/actions/reference/limits: a matrix makes at most 256 jobs in a workflow run.
MOST = 256
_SHARD = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})\Z")


def shard_of(name: str, of: int) -> int:
    """Return the shard of a repository, from 1 to `of`: the same in every job, whatever else is on the list."""
    return int.from_bytes(hashlib.sha256(name.encode(errors="surrogateescape")).digest()[:8]) % of + 1


def matrix(names: Iterable[str], of: int) -> dict[str, list[dict[str, object]]]:
    """Return the matrix of a workflow; a shard without a repository gets no job.

    Args:
        names: the repositories that take part.
        of: how many shards.
    """
    shards: dict[int, list[str]] = {}
    for name in sorted(names):
        shards.setdefault(shard_of(name, of), []).append(name)
    include: list[dict[str, object]] = [
        {"shard": f"{number}/{of}", "repositories": len(mine)} for number, mine in sorted(shards.items())
    ]
    return {"include": include}


def parse_shard(word: str) -> tuple[int, int]:
    """Return number and count of `3/20`.

    Raises:
        OperatorError: it has another form.
    """
    found = _SHARD.match(word)
    if found is None or int(found[1]) > int(found[2]) or int(found[2]) > MOST:
        message = f"--shard takes NUMBER/COUNT such as 3/20, at most {MOST}, and not {word!r}"
        raise OperatorError(message)
    return int(found[1]), int(found[2])
