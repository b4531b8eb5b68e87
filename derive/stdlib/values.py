"""The arguments that probes are made with, chosen by the types that typeshed gives the parameters; pure."""

from __future__ import annotations

import ast
import copy
import io
import re
from collections.abc import Callable

from derive.stdlib.receivers import RECEIVERS
from derive.stdlib.stubs import Parameter

Made = Callable[[], object]
# Small, because select looks no further than the table of open files.
DESCRIPTOR, PROCESS = 60, 99_999_999
_HUGE = 10**30
_TEXTS = ("abc", "", "12", "\xe9\u0416", "a b", "<a", "/x", "1.5", "[a", "2020-13-41")
_BYTES = (b"abc", b"", b"\xff\xfe\xfd", b"12", b"\0" * 8, b"a\x80", b"<a")
_PATHS = ("file", "missing/x", "dir", "new")
_PLAIN: dict[str, tuple[object, ...]] = {
    "str": _TEXTS,
    "LiteralString": _TEXTS,
    "bytes": _BYTES,
    "bytearray": (bytearray(b"abc"), bytearray()),
    "ReadableBuffer": _BYTES,
    "WriteableBuffer": (bytearray(b"abcdefgh"), bytearray()),
    "int": (1, 0, 2, -1, _HUGE),
    "SupportsIndex": (1, 0, 2, -1, _HUGE),
    "float": (1.5, 0.0, -1.0, float("nan"), float("inf"), 1e300),
    "SupportsFloat": (1.5, 0.0, -1.0, float("nan"), float("inf")),
    "ConvertibleToFloat": ("1.5", "abc", "", 1.5, _HUGE),
    "ConvertibleToInt": ("12", "abc", "", 1.5, b"12", b"ab"),
    "_SupportsFloatOrIndex": (1.5, 1, 0, -1.0, 2, 1e300),
    "complex": (1j, 0j),
    "bool": (True, False),
    "None": (None,),
    "object": (1, "abc", None),
    "Any": ("abc", 1, None, b"abc"),
    "_DecimalNew": ("1.5", "abc", "", 3, float("nan")),
    "_Decimal": (1, 0),
    "StrPath": _PATHS,
    "StrOrBytesPath": _PATHS,
    "BytesPath": (b"file", b"missing/x", b"dir"),
    "FileDescriptorOrPath": (*_PATHS, DESCRIPTOR),
    "FileDescriptor": (DESCRIPTOR,),
    "FileDescriptorLike": (DESCRIPTOR,),
    "_FD": (DESCRIPTOR,),
    "tuple": ((1, 2), ()),
    "list": ([], [1, 2], ["a"]),
    "dict": ({}, {"a": 1}),
    "Mapping": ({}, {"a": 1}),
    "Iterable": ([], [1, 2], ["a", "b"], [DESCRIPTOR]),
    "Sequence": ([1, 2], [], ["a", "b"]),
    "SupportsNext": (iter([1]), iter([])),
    "set": (set(), {1}),
    "_Address": (("127.0.0.1", 9), "x"),
    "_Category": (0, 6),
    "OpenTextMode": ("r", "w"),
    "OpenBinaryMode": ("rb",),
    "AnyStr": _TEXTS,
}
_BY_NAME: dict[str, tuple[object, ...]] = {
    "fd": (DESCRIPTOR,),
    "fileno": (DESCRIPTOR,),
    "src": ("file", "missing/x"),
    "dst": ("new", "dir", "missing/x"),
    "url": ("http://127.0.0.1/x", "abc", "ftp://127.0.0.1/x", "file:///missing", ""),
    "pid": (PROCESS,),
    "encoding": ("ascii", "utf-8"),
    "errors": ("strict",),
    "mode": ("r", "exec", "rb"),
    "tagname": ("abc",),
    "sql": ("select 1", "garbage", "", "select * from missing", "insert into t values (1)", "select ?"),
}
_DESCRIPTORS = re.compile(r"(\w*_)?fd\d?$|fildes$|in_fd$|out_fd$")
_WRONG: tuple[object, ...] = (None, ..., 3, "x")


def right(parameter: Parameter) -> list[Made] | None:
    """Return values of the parameter's type, an ordinary one first; None where the type is not understood."""
    name, parts = parameter.name, _parts(parameter.annotation)
    if name in _BY_NAME and {"str", "int", "Any", "StrOrBytesPath", "StrPath"} & {*parts}:
        values = [value for value in _BY_NAME[name] if isinstance(value, int) == ("int" in parts)]
        if values:
            return list(map(_fresh, values))
    if _DESCRIPTORS.match(name) and "int" in parts:
        return [_fresh(DESCRIPTOR)]
    # What a tuple must hold is not known, so it is the last choice.
    plain = [part for part in parts if part != "tuple"] or parts
    found = [made for part in plain for made in _of(part)]
    return found or None


def wrong(parameter: Parameter) -> list[Made]:
    """Return values that are not of the parameter's type."""
    parts = set(_parts(parameter.annotation))
    if not parts or parts & {"object", "Any"} or any(part.startswith("_T") for part in parts):
        return []
    refused = [value for value in _WRONG if not (value is None and "None" in parts)]
    numbers = {"int", "float", "SupportsIndex", "bool", "complex"}
    fits = {3: numbers | {"FileDescriptorOrPath"}, "x": {"str", "StrPath", "StrOrBytesPath", "Iterable", "Sequence"}}
    known = parts <= {*_PLAIN, *(kind for kinds in fits.values() for kind in kinds)}
    fitting = {value for value, kinds in fits.items() if parts & kinds or not known}
    return [_fresh(value) for value in refused if value not in fitting]


def _parts(annotation: str) -> list[str]:
    """Split a union into its members, without what stands in brackets; literals stay whole."""
    if not annotation:
        return []
    node = ast.parse(annotation.strip("'\""), mode="eval").body
    members: list[str] = []
    while isinstance(node, ast.BinOp):
        members.insert(0, _bare(node.right))
        node = node.left
    return [_bare(node), *members]


def _bare(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) != "Literal":
        node = node.value
    text = ast.unparse(node)
    return text if text.startswith("Literal") else text.rpartition(".")[2]


def _of(part: str) -> list[Made]:
    if part.startswith("Literal["):
        return [_fresh(ast.literal_eval(item)) for item in part[8:-1].split(", ")]
    if part in _PLAIN:
        return [_fresh(value) for value in _PLAIN[part]]
    if part == "Callable":
        return [lambda: len]
    if part in {"_T", "_KT", "_VT", "_S", "_T_co", "_KT_contra"}:
        return [_fresh(value) for value in (1, "abc")]
    if part in {"IO", "BinaryIO", "SupportsRead", "_ReadableFileobj"}:
        return [lambda: io.BytesIO(b"abc"), io.BytesIO]
    return [made for name, several in RECEIVERS.items() if name.rpartition(".")[2] == part for made in several]


def _fresh(value: object) -> Made:
    return lambda: copy.deepcopy(value)
