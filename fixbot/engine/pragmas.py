"""Which codemods a file has asked to stay away, by comments and by marks of generated code."""

from __future__ import annotations

import io
import re
import tokenize

_GENERATED = re.compile(rb"^[ \t]*(?:#|//|\"\"\"|''')?.*(?:@generated\b|\bDO NOT EDIT\b)", re.MULTILINE)
_HEAD = 2048
#: Why nobody looks at a vendored file.
VENDORED = "it is a copy of other people's code, by its folder"
# Folders with copies of what other people maintain; `vendor` alone may be about those who sell something.
_COPIES = frozenset({"_vendor", "_vendored", "vendored", "_third_party", "third_party", "thirdparty", "site-packages"})
_PRAGMA = re.compile(r"#\s*fixbot:\s*(ignore-file|ignore)(?![\w-])\s*(?:\[([^\]]*)\])?")


def is_generated(content: bytes) -> bool:
    """Say whether the head of a file (2 KiB) calls it `@generated` or `DO NOT EDIT`."""
    head = content[:_HEAD]
    marked = b"@generated" in head or b"DO NOT EDIT" in head  # most files are not, and the pattern is slow
    return marked and _GENERATED.search(head) is not None


def is_vendored(path: str) -> bool:
    """Say whether a file stands in a folder with copies of other people's code, which is mended where it comes from."""
    return not _COPIES.isdisjoint(path.split("/")[:-1])


class Pragmas:
    """The `# fixbot: ignore[slug]` and `# fixbot: ignore-file[slug]` comments of a file."""

    def __init__(self, text: str) -> None:
        self._lines: dict[int, set[str]] = {}
        self._file: set[str] = set()
        if "fixbot:" in text:
            self._read(text)

    def silence(self, slug: str, line: int) -> bool:
        """Say whether a codemod is to stay away from a line (from 1)."""
        asked = self._file | self._lines.get(line, set())
        return "*" in asked or slug in asked

    def _read(self, text: str) -> None:
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
                found = _PRAGMA.search(token.string) if token.type == tokenize.COMMENT else None
                if found is not None:
                    self._note(found, token.start[0])
        except (tokenize.TokenError, SyntaxError):
            return

    def _note(self, found: re.Match[str], line: int) -> None:
        slugs = {slug.strip() for slug in (found[2] or "*").split(",")}
        if found[1] == "ignore-file":
            self._file |= slugs
        else:
            self._lines.setdefault(line, set()).update(slugs)
