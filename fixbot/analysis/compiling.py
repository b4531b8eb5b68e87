"""What Python itself says of a file: much that parses does not compile, such as an `except:` with others below it."""

from __future__ import annotations

import warnings


def compile_error(content: bytes | str) -> str | None:
    """Return why Python cannot compile a file, None where it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "<file>", "exec", dont_inherit=True)
    except SyntaxError as exc:
        return f"line {exc.lineno or 1}: {exc.msg}"
    except (ValueError, RecursionError, MemoryError, OverflowError) as exc:
        return str(exc) or type(exc).__name__
    return None
