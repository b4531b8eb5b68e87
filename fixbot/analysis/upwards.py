"""The folders around a folder, by their paths alone."""

from __future__ import annotations

from posixpath import dirname


def upwards(folder: str) -> list[str]:
    """Return a folder and all those around it up to the root, the nearest first."""
    around = [folder]
    while folder != dirname(folder):
        folder = dirname(folder)
        around.append(folder)
    return around


def shared(one: str, other: str) -> str:
    """Return the nearest folder that two others have around them; empty where that is the root."""
    parts = []
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        parts.append(left)
    return "/".join(parts)
