"""Objects that methods written in C are probed on: an ordinary one, an empty one and a broken one of each class."""

from __future__ import annotations

import array
import bz2
import codecs
import collections
import contextlib
import csv
import datetime  # noqa: ICN001 - the names here are those of the data
import decimal
import hashlib
import hmac
import io
import lzma
import mmap
import os
import pickle
import queue
import random
import re
import select
import socket
import sqlite3
import ssl
import struct
import types
import xml.etree.ElementTree as ET
import zlib
import zoneinfo
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

Made = Callable[[], object]


def _broken(mode: str, encoding: str | None = None) -> Made:
    """Give an open file whose descriptor is gone: what the system does when a disk or a pipe goes away."""

    def make() -> object:
        number = os.open("file", os.O_RDWR)
        found = open(number, mode, closefd=False, encoding=encoding)  # noqa: SIM115 - a probe closes it, or the end
        os.close(number)
        return found

    return make


def _broken_raw() -> object:
    number = os.open("file", os.O_RDWR)
    found = io.FileIO(number, "r+", closefd=False)
    os.close(number)
    return found


def _garbled() -> object:
    return io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xfdabc\n"), encoding="utf-8")


def _database() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    made.execute("create table t (a integer primary key)")
    made.execute("insert into t values (1)")
    return made


def _cursor() -> object:
    return _database().cursor()


def _rows(*lines: str) -> Made:
    return lambda: csv.reader(lines, strict=True)


def _unpickler() -> object:
    return pickle.Unpickler(io.BytesIO(b"garbage"))  # noqa: S301 - the reader is probed, with bytes of our own


def _generator() -> Iterator[int]:
    yield 1


def _same(*values: object) -> list[Made]:
    def of(value: object) -> Made:
        return lambda: value

    return [of(value) for value in values]


def _opened(name: str, mode: str, encoding: str | None = None) -> object:
    return Path(name).open(mode, encoding=encoding)


_DAY = datetime.datetime(2020, 2, 29, 12, tzinfo=datetime.UTC)
_ENDS = (_DAY.replace(9999, 12, 31, tzinfo=None), _DAY.replace(1, 1, 1, tzinfo=None))
RECEIVERS: dict[str, list[Made]] = {
    "str": _same("abc", "", "\xe9\u0416", "12", "{a}", "{0}", "%d"),
    "bytes": _same(b"abc", b"", b"\xff\xfe\xfd"),
    "bytearray": [lambda: bytearray(b"abc"), bytearray],
    "int": _same(5, 0, -3),
    "bool": _same(True),  # noqa: FBT003 - a value to be probed
    "float": _same(1.5, float("nan"), float("inf")),
    "complex": _same(1j),
    "list": [lambda: [1, 2, 3], list, lambda: [1, "a"]],
    "dict": [lambda: {"a": 1}, dict],
    "set": [lambda: {2}, set],
    "frozenset": _same(frozenset({2})),
    "tuple": _same((2, 3), ()),
    "range": _same(range(3)),
    "slice": _same(slice(1, 2)),
    "memoryview": [lambda: memoryview(bytearray(b"abcd"))],
    "types.GeneratorType": [_generator],
    "types.MappingProxyType": [lambda: types.MappingProxyType({})],
    "types.SimpleNamespace": [types.SimpleNamespace],
    "collections.deque": [lambda: collections.deque([1, 2]), collections.deque],
    "collections.OrderedDict": [lambda: collections.OrderedDict(a=1), collections.OrderedDict],
    "collections.defaultdict": [lambda: collections.defaultdict(int)],
    "array.array": [lambda: array.array("i", [1, 2]), lambda: array.array("i")],
    "struct.Struct": [lambda: struct.Struct("<I")],
    "re.Pattern": _same(re.compile("a(b)?"), re.compile("")),
    "re.Match": [lambda: re.match("a(?P<x>b)?", "abc")],
    "datetime.date": _same(datetime.date(2020, 2, 29), datetime.date(9999, 12, 31), datetime.date(1, 1, 1)),
    "datetime.datetime": _same(_DAY, _DAY.replace(tzinfo=None), *_ENDS),
    "datetime.time": _same(datetime.time(1)),
    "datetime.timedelta": _same(datetime.timedelta(1)),
    "datetime.timezone": _same(datetime.UTC),
    "datetime.tzinfo": _same(datetime.UTC),
    "zoneinfo.ZoneInfo": [lambda: zoneinfo.ZoneInfo("UTC")],
    "decimal.Decimal": _same(*map(decimal.Decimal, ("1.5", "0", "-1", "NaN", "sNaN", "Infinity"))),
    "decimal.Context": [decimal.Context],
    "random.Random": [lambda: random.Random(1)],  # noqa: S311 - no secret comes of it
    "io.StringIO": [lambda: io.StringIO("abc")],
    "io.BytesIO": [lambda: io.BytesIO(b"abc")],
    "io.FileIO": [lambda: io.FileIO("file", "r+"), _broken_raw],
    "io.BufferedReader": [lambda: _opened("file", "rb"), _broken("rb")],
    "io.BufferedWriter": [lambda: _opened("new", "wb"), _broken("wb")],
    "io.BufferedRandom": [lambda: _opened("file", "r+b"), _broken("r+b")],
    "io.TextIOWrapper": [
        lambda: _opened("file", "r+", "ascii"),
        _garbled,
        _broken("r", "utf-8"),
        _broken("w", "utf-8"),
    ],
    "socket.socket": [socket.socket, lambda: socket.socket(socket.AF_UNIX)],
    "select.epoll": [select.epoll],
    "select.poll": [select.poll],
    "ssl.SSLContext": [lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)],
    "_ssl._SSLContext": [lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)],
    "sqlite3.Connection": [_database],
    "sqlite3.Cursor": [_cursor],
    "csv.reader": [_rows("a,b"), _rows('"a"b'), _rows()],
    "csv.writer": [lambda: csv.writer(io.StringIO())],
    "zlib.Compress": [zlib.compressobj],
    "zlib.Decompress": [zlib.decompressobj],
    "bz2.BZ2Decompressor": [bz2.BZ2Decompressor],
    "bz2.BZ2Compressor": [bz2.BZ2Compressor],
    "lzma.LZMADecompressor": [lzma.LZMADecompressor],
    "lzma.LZMACompressor": [lzma.LZMACompressor],
    "hashlib._Hash": [hashlib.sha256],
    "_hashlib.HASH": [hashlib.sha256],
    "_hashlib.HMAC": [lambda: hmac.new(b"k", digestmod="sha256")],
    "pyexpat.XMLParserType": [expat.ParserCreate],
    "pyexpat.xmlparser": [expat.ParserCreate],
    "xml.etree.ElementTree.XMLParser": [ET.XMLParser],
    "xml.etree.ElementTree.TreeBuilder": [ET.TreeBuilder],
    "xml.etree.ElementTree.Element": [lambda: ET.fromstring("<a><b/></a>")],  # noqa: S314 - a text of our own
    "pickle.Unpickler": [_unpickler],
    "pickle.Pickler": [lambda: pickle.Pickler(io.BytesIO())],
    "queue.SimpleQueue": [queue.SimpleQueue],
    "mmap.mmap": [lambda: mmap.mmap(-1, 16)],
    "codecs.IncrementalDecoder": [codecs.getincrementaldecoder("utf-8")],
    "contextlib.ExitStack": [contextlib.ExitStack],
}
