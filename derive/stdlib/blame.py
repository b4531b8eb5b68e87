"""Judges whether an exception raised in library code answers bad input or only a wrong call; pure."""

from __future__ import annotations

import ast
import io
import re
import struct

from derive.stdlib.scope import NOTHING, Scope

# What says that the program is wrong and not what it was given.
MISUSE: frozenset[type[BaseException]] = frozenset(
    {
        TypeError,
        AttributeError,
        NotImplementedError,
        AssertionError,
        NameError,
        UnboundLocalError,
        RuntimeError,
        SystemError,
        RecursionError,
        ExceptionGroup,
        io.UnsupportedOperation,
    }
)
# What a library's own bookkeeping may produce without its caller ever seeing it.
FRAGILE = (
    LookupError,
    AttributeError,
    StopIteration,
    StopAsyncIteration,
    ArithmeticError,
    UnicodeEncodeError,
    struct.error,
)
_TYPE_TESTS = ("isinstance(", "issubclass(", "iscoroutine", "callable(", "hasattr(")
_PLAIN = (bool, int, str, bytes, tuple, type(None))


def misuse(kind: type[BaseException], scope: Scope, tests: list[ast.expr], message: str) -> bool:
    """Tell whether raising `kind` behind these tests, with this text, only answers a wrong call."""
    if kind in MISUSE:
        return True
    if kind is not ValueError:
        return False
    written = " ".join([message, *(ast.unparse(test) for test in tests)]).lower()
    typed = any(word in ast.unparse(test) for test in tests[-1:] for word in _TYPE_TESTS)
    return typed or "closed" in written or any(about_options(test, scope) for test in tests)


def about_options(test: ast.expr, scope: Scope) -> bool:
    """Tell whether a test asks for nothing but parameters that have defaults: modes and switches, not data."""
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    asked = names & scope.given
    held = [node.value for node in ast.walk(test) if isinstance(node, ast.Attribute)]
    allowed = {*scope.options, scope.receiver}
    attributes = any(not (isinstance(node, ast.Name) and node.id in allowed) for node in held)
    asked -= {scope.receiver or ""}
    others = names - asked - {scope.receiver, "len", "isinstance", "callable", "int", "str", "bool", "float", "bytes"}
    fixed = all(scope.live(ast.Name(name, ast.Load())) is not NOTHING for name in others)
    return bool(asked) and asked <= scope.options and fixed and not attributes


def settled(test: ast.expr, scope: Scope) -> bool | None:
    """Tell what a test always gives in this Python on this platform, None where it depends on more."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = settled(test.operand, scope)
        return None if inner is None else not inner
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq | ast.NotEq):
        left, right = scope.live(test.left), scope.live(test.comparators[0])
        if isinstance(left, _PLAIN) and isinstance(right, _PLAIN) and not isinstance(test.left, ast.Constant):
            return (left == right) is isinstance(test.ops[0], ast.Eq)
    if isinstance(test, ast.Call) and ast.unparse(test.func).endswith("platform.startswith") and test.args:
        start = scope.live(test.args[0])
        return "linux".startswith(start) if isinstance(start, str) else None
    value = scope.live(test)
    return value if isinstance(value, bool) else None


def never(name: str, node: ast.Call, scope: Scope) -> tuple[type[BaseException], ...]:
    """Return what a call cannot raise with these very arguments."""
    last = name.rpartition(".")[2]
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Constant):
        return (Exception,)
    if last in {"encode", "decode"}:
        return (UnicodeError,) if _lenient(node, encodes=last == "encode") else ()
    if name in {"int", "float", "complex", "chr"}:
        return () if node.args and _texty(node.args[0], scope) else (ValueError,)
    if name.startswith("re.") and node.args and _fixed(node.args[0], scope):
        return (re.error, ValueError, OverflowError)
    return (struct.error,) if name == "struct.pack" and node.args and _fixed(node.args[0], scope) else ()


def _lenient(node: ast.Call, *, encodes: bool) -> bool:
    """Tell whether a conversion is told to overlook what it cannot convert, or can convert everything."""
    arguments = _arguments(node)
    if len(arguments) > 1 and not isinstance(arguments[1], ast.Constant):
        return True
    words = {arg.value for arg in arguments if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    if not words.isdisjoint({"replace", "ignore", "surrogateescape", "backslashreplace", "surrogatepass"}):
        return True
    if encodes:
        return not arguments or (bool(words) and words <= {"utf-8", "utf8", "UTF-8"})
    return not words.isdisjoint({"latin-1", "latin1", "iso-8859-1"})


def _texty(node: ast.expr, scope: Scope) -> bool:
    """Tell whether a converted value is text that nobody has looked at: not what a pattern has matched."""
    inner = [child for child in ast.walk(node) if isinstance(child, ast.Attribute)]
    if any(child.attr in {"group", "groups", "groupdict"} for child in inner):
        return False
    return not scope.classes(node).isdisjoint({str, bytes, bytearray})


def given(node: ast.Call, scope: Scope) -> bool:
    """Tell whether the function hands something on to the call that its own caller gave it."""
    handed = [*_arguments(node), *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
    bare = [arg.value if isinstance(arg, ast.Starred) else arg for arg in handed]
    return any(isinstance(arg, ast.Name) and arg.id in scope.given for arg in bare)


def constant(node: ast.Call, scope: Scope) -> bool:
    """Tell whether all that is given is fixed: literals and what stands in the module."""
    arguments = _arguments(node)
    return bool(arguments) and all(_fixed(arg, scope) for arg in arguments)


def _fixed(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.BinOp):
        return _fixed(node.left, scope) and _fixed(node.right, scope)
    if isinstance(node, ast.UnaryOp):
        return _fixed(node.operand, scope)
    return scope.live(node) is not NOTHING


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]
