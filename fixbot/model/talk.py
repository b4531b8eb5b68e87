"""What people say to fixbot, and where: issues and comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as a forge knows it; `state` is `open` or `closed`, and `is_pull` marks a pull request."""

    number: int
    state: str
    title: str
    author: str
    url: str
    labels: tuple[str, ...] = ()
    is_pull: bool = False
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on an issue or a pull request, whose number is `on`."""

    id: int
    on: int
    author: str
    is_bot: bool = False
    updated: datetime | None = None
    body: str = field(default="", repr=False)
