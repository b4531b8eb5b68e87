"""Finds paths, lines of them and links to them in what a person wrote; it does not know which files there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from fixbot.chatops.filenames import is_prose, is_python, looks_like_file, looks_like_folder
from fixbot.chatops.links import beside, linked
from fixbot.chatops.mention import FRAGMENT, LONGEST_PATH, Mention, ends, named, pair, pairs

_LONGEST_SAID = 200
_PLACE = re.compile(
    r"""(?P<link>\[(?P<shown>[^\[\]\n]{0,300}+)\]\(<?(?P<target>[^\s()<>]{1,2000}+)[^()\n]{0,300}+\))
      | (?P<url>https?://[^\s<>()\[\]"'`|]++)
      | (?P<frame>File\ "(?P<file>[^"\n]{1,500}+)",\ line\ (?P<at>[0-9]{1,7}+))
      | (?P<glob>(?<!\*)(?:[\w.@+~\\/-]++
          (?:(?<=/)(?:\*{1,2}+|\?(?=[\w.]))|\*(?=[\w/\[]|\.\w)|\[[\w!-]{1,20}+\](?=[\w*?.]))
          |\*{1,2}+(?=[./]\w|_|/\*))[\w.@+~/*?\[\]!-]*+)
      | (?P<path>[\w.@+~\\/-]++)""",
    re.VERBOSE,
)
_SPAN = r"[0-9]{1,7}(?: ?(?:-|\u2013|to) ?[0-9]{1,7})?"
_SPANS = rf"lines? {_SPAN}(?:(?:, | and |, and ){_SPAN}){{0,30}}"
_RANGE = r"[0-9]{1,7}(?:[-\u2013][0-9]{1,7})?(?![0-9])"
#: Behind a path: `:12`, `:12-14,20`, `:12, 20` at the end of a line or of code, `(12,5)` as of a compiler, `#L12-L14`.
_BEHIND = re.compile(
    rf"[\"'`*_)\]]{{0,3}}(?::(?P<one>{_RANGE}(?:,{_RANGE}|,\ {_RANGE}(?=[ \t]*(?:[,)`\]|]|$))){{0,30}})"
    rf"|{FRAGMENT}|\((?P<at>[0-9]{{1,7}}),[0-9]{{1,7}}\)"
    rf"|[,:]?\ \(?(?:at |on |in )?(?:(?P<many>{_SPANS})|(?P<short>L[0-9]{{1,7}}(?:[-\u2013]L?[0-9]{{1,7}})?\b)))",
    re.IGNORECASE | re.MULTILINE,
)
_BEFORE = re.compile(rf"\b({_SPANS}) (?:of|in) (?:the file )?[\"'`*_(\[]{{0,3}}\Z", re.IGNORECASE)
#: What says that a place follows, and what kind of one.
_INTO = re.compile(
    r"(?P<like>\b(?:as|like|seen|shown|described|explained|documented|discussed) )?\b(?:in|inside|under|below|within) "
    r"(?:(?:the|our|all of) )?(?:(?P<kind>folder|directory|package|module|file|path) )?[\"'`*_(<]{0,3}",
    re.IGNORECASE,
)
_NOT_INTO = re.compile(
    r"(?:(?:(?<![\w-])(?:everywhere|everything|anywhere|all|files?|folders?)|/) (?:but|except(?: for)?|besides)"
    r"|\b(?:except for|excluding|apart from|other than|not)) (?:in )?(?:the )?(?:(?:folder|directory|file) )?"
    r"[\"'`*_(<]{0,3}",
    re.IGNORECASE,
)
_AND = re.compile(r"[\"'`*_)>]{0,3}(?:, and |, or |, | and | or )[\"'`*_(<]{0,3}")
_FOLDER_BEHIND = re.compile(r"[\"'`*_)]{0,3} (?:folder|directory)\b", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d][\w-]{0,100}(?:\.[^\W\d]\w{0,100}){0,10}")
_OTHERS = """
    a above an any and are base below containing current each every following given has home in is main name named new
    of or other our own parent root same should source that the these this those to top top-level where which whole with
    working your
"""
# No names of folders, though "folder" may stand before or behind them.
_ANY = frozenset(_OTHERS.split())


def mentions(
    text: str, repository: str, exists: Callable[[Mention], bool], *, pasted: bool = False
) -> tuple[list[Mention], str]:
    """Return the mentions in a text and what is left of the text for other words.

    `repository` is `owner/name`: links to other repositories are no mentions. Where `exists` says no, a word with a
    slash in it stays a word. Of a Markdown link the target counts, and its text only for other words. `pasted` marks
    code and output, which name many files that nobody means.
    """
    found: list[Mention] = []
    rest: list[str] = []
    end = 0
    into = _Into("" if pasted else text)
    for match in _PLACE.finditer(text):
        mention = _mention(text, match, repository, into.kind(match.start()))
        counts = mention is not None and mention.counts and (mention.is_python or not pasted)
        if mention is not None and (counts or exists(mention)):
            found.append(replace(mention, is_left_out=into.is_not(match.start())))
            into.goes_on_behind(match)
        elif match["path"] or match["glob"]:
            continue
        rest += [text[end : match.start()], f"\0{_wordy(match['shown'] or '')}\0"]
        end = match.end()
    return found, "".join([*rest, text[end:]])


class _Into:
    """Knows where in a text a place is to follow: behind "in" and the like, and behind a comma or "and" after one."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = (match for match in _INTO.finditer(text) if not match["like"])
        self._not = {match.end() for match in _NOT_INTO.finditer(text)}
        self._kinds = {match.end(): (match["kind"] or "place").lower() for match in found}

    def kind(self, start: int) -> str:
        """Return what kind of place is to begin here; empty for none."""
        return self._kinds.get(start, "")

    def is_not(self, start: int) -> bool:
        """Say whether what begins here is a place that is not meant."""
        return start in self._not

    def goes_on_behind(self, match: re.Match[str]) -> None:
        """Take in that a match was a place."""
        behind = _AND.match(self._text, match.end()) if self.kind(match.start()) else None
        if behind:
            self._kinds[behind.end()] = "place"


def _mention(text: str, match: re.Match[str], repository: str, into: str) -> Mention | None:
    """Return what a match mentions; `into` is the kind of place that is to begin there, empty for none."""
    said = match[0][:_LONGEST_SAID]
    if match["glob"]:
        return _glob(match["glob"].rstrip(".-!"))
    if match["frame"]:
        return _frame(match["file"], int(match["at"]), said)
    if match["path"]:
        return _placed(text, match, repository, into) if into else _written(text, match)
    target = match["url"] or match["target"]
    if re.match(r"[a-z]{1,10}:", target, re.IGNORECASE):
        return linked(target.rstrip(".,;:!?*_"), repository, said, into)
    is_image = text[max(0, match.start() - 1) : match.start()] == "!"
    return None if is_image else beside(unquote(target), said)


def _frame(file: str, at: int, said: str) -> Mention | None:
    """Return what a line of a traceback mentions: an absolute path, of which the end may be ours."""
    path = file.replace("\\", "/")
    installed = re.split(r"/(?:site|dist)-packages/", path)[-1]
    if installed != path:
        return Mention((installed,), ((at, at),), said, counts=False) if "/" in installed else None
    return None if "/lib/python" in path else Mention(ends(path), ((at, at),), said, counts=False)


def _written(text: str, match: re.Match[str]) -> Mention | None:
    """Return what a word in the text mentions, with the lines that are named beside it."""
    path = match["path"].rstrip(".-")
    if len(path) > LONGEST_PATH or not ("/" in path or is_python(path) or _is_file_name(path)):
        return None
    end = match.start() + len(path)
    is_called = text[end : end + 1] == "(" and "/" not in path and not is_python(path)
    if is_called or _is_part_of_glob(text, match.start(), end):
        return None
    behind = _BEHIND.match(text, end) if end == match.end() else None
    before = None if behind else _BEFORE.search(text[max(0, match.start() - 120) : match.start()])
    lines: tuple[tuple[int, int], ...] = ()
    if behind:
        lines = pair(behind) if behind["from"] else pairs(_lines_of(behind))
    elif before:
        lines = pairs(before[1])
    said = f"{before[0] if before else ''}{path}{behind[0] if behind else ''}"
    return named(path.replace("\\_", "_").replace("\\", "/").lstrip("+~@-"), lines, said[:_LONGEST_SAID])


def _lines_of(behind: re.Match[str]) -> str:
    return str(behind["one"] or behind["at"] or behind["many"] or behind["short"].upper().replace("L", ""))


def _placed(text: str, match: re.Match[str], repository: str, into: str) -> Mention | None:
    """Return what a word mentions where a place is to follow: one with a slash counts unless it is one of prose."""
    word = match["path"].rstrip(".-")
    written, behind = _written(text, match), text[match.start() + len(word) :][:1]
    if written is None:
        return _bare(text, match.start(), word, into)
    is_other = behind in {"{", "<", "$"} or word.lower() == repository.lower() or is_prose(word)
    return written if "/" not in word or is_other else replace(written, counts=True)


def _bare(text: str, start: int, word: str, into: str) -> Mention | None:
    """Return what a word without a slash mentions where a place is to follow: a folder, or a module by its name."""
    end = start + len(word)
    if not _NAME.fullmatch(word) or word.lower() in _ANY or text[end : end + 1] == "(":
        return None
    path = word.replace(".", "/")
    above = path.rpartition("/")[0]
    is_module = bool(above) or into in {"module", "file"}
    is_folder = into in {"folder", "directory"} or _FOLDER_BEHIND.match(text, end) is not None
    names = (f"{path}.py", f"{path}/", *([f"{above}.py"] if above else [])) if is_module else (f"{path}/",)
    return Mention(names, (), word, counts=is_folder and not above)


def _glob(glob: str) -> Mention | None:
    """Return what a glob mentions: one that has a folder before its first sign, or an ending as a file has."""
    head = re.split(r"[*?\[]", glob.removeprefix("./"), maxsplit=1)[0]
    is_folder = looks_like_folder(head[: head.rfind("/") + 1])
    is_place = is_folder or looks_like_file(re.sub(r"[*?!\[\]]+", "x", glob))
    if not is_place or len(glob) > LONGEST_PATH or is_prose(f"{head}xx"):
        return None
    return Mention((glob,), (), glob[:_LONGEST_SAID], counts=True, is_glob=True)


def _is_file_name(path: str) -> bool:
    return looks_like_file(path.replace("\\_", "_").replace("\\", "/"))


def _is_part_of_glob(text: str, start: int, end: int) -> bool:
    """Say whether a star beside a word belongs to a glob, not to bold or italic text."""
    behind = text[end : end + 1] in {"*", "?", "["} and text[end - 1] == "/" and text[start - 1 : start] != "*"
    return behind or (text[start] in "/." and text[max(0, start - 1) : start] in {"*", "]"})


def _wordy(shown: str) -> str:
    """Return the text of a link without what looks like a path."""
    return " ".join(word for word in shown.split(" ") if "/" not in word and ".py" not in word)
