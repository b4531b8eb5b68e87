"""The codemod `kwargs-schema`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Option,
    Place,
    ProjectCodemod,
    Proposal,
    Severity,
    Site,
    cst,
    keywords,
)


class KwargsSchema(ProjectCodemod):
    """Give `**kwargs` a schema.

    A function that takes `**kwargs` and never checks them takes everything: a misspelt key is lost without a word,
    a key that nobody meant gets into the database, and no editor or type checker can help. The keys are known all the
    same: the body reads some by name, hands the rest on to something that takes only certain ones, and its callers
    write them out. They become the fields of a schema, and the signature, the body and every call change with it.

    Left alone: functions that refuse unknown keys themselves; those that only pass them on to something unknown, as
    decorators do; what a framework calls, such as hooks, views, commands, fixtures and listeners; Python's own methods.
    Reported, with what stands in the way, are functions whose keys are worked out at run time or kept whole; the public
    interface of a distribution (`public = "change"` includes it); functions that are used as values or may have callers
    that are not seen; mappings at calls that may hold a named parameter too; defaults that are worked out, or differ;
    and those whose overrides cannot change along.

    Safety: with the style `typed-dict` nothing changes at run time. With the others a key that is no field becomes an
    error where it was ignored or handed on, and a missing one fails earlier: a person must agree.
    """

    severity = Severity.CRITICAL
    pattern = re.compile(rb"\*\*")
    references = (
        "https://peps.python.org/pep-0692/",
        "https://docs.pydantic.dev/latest/concepts/models/#extra-data",
        "https://docs.python.org/3/library/dataclasses.html",
    )
    options = (
        Option(
            "style",
            ("auto", "pydantic", "dataclass", "typed-dict", "params"),
            "what the schema is: a pydantic model, a frozen dataclass, a TypedDict that only type checkers see, or "
            "keyword-only parameters; `auto` takes pydantic where the project depends on it, else a dataclass",
        ),
        Option("join", ("false", "true"), "whether the named parameters that go along with the keys join the schema"),
        Option("public", ("keep", "change"), "whether the public interface of a distribution stays as it is"),
    )
    examples = (
        Fixes(
            """
            def book(guest, **kwargs):
                table = kwargs["table"]
                return guest, table, kwargs.get("hours", 2)


            def busy(guest):
                return book(guest, table=4, hours=3), book(guest, table=5)
            """,
            """
            from dataclasses import dataclass


            @dataclass(frozen=True, kw_only=True, slots=True)
            class BookParams:
                \"\"\"What `book` takes by keyword.\"\"\"

                table: int
                hours: int = 2


            def book(guest, params: BookParams):
                table = params.table
                return guest, table, params.hours


            def busy(guest):
                return book(guest, BookParams(table=4, hours=3)), book(guest, BookParams(table=5))
            """,
            because="keys with and without a default, in a project without pydantic",
        ),
        Keeps(
            """
            import functools


            def logged(function):
                @functools.wraps(function)
                def wrapper(*args, **kwargs):
                    print(function.__name__)
                    return function(*args, **kwargs)

                return wrapper
            """,
            because="a decorator passes on what it is given to something unknown",
        ),
        Keeps(
            """
            def connect(host, **kwargs):
                timeout = kwargs.pop("timeout", 10)
                if kwargs:
                    raise TypeError(f"unexpected: {sorted(kwargs)}")
                return host, timeout


            connect("here", timeout=3)
            """,
            because="it refuses unknown keys itself",
        ),
        Keeps(
            """
            def render(template, **context):
                title = context.get("title", "")
                return template.format(**{key.upper(): value for key, value in context.items()}), title


            render("{NAME}", name="x")
            """,
            because="keys are worked out at run time",
            reports="gone through key by key",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every function that takes keys which nobody checks, with its callers, and those that only seem to."""
        yield from keywords.survey(corpus, self.chosen)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the schema, the signature and the body, or a call."""
        return keywords.edit(place.plan, node)
