"""The codemod `todo-without-ticket`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import Fixes, Keeps, Module, Option, Safety, Severity, tickets


class TodoWithoutTicket(tickets.TicketCodemod):
    """Write the number of an issue beside each `TODO`.

    A `TODO` in a comment is a promise that nobody keeps account of: it is in no list, has no priority and nobody to
    ask, and is read again by whoever happens to edit the file. An issue can be discussed, planned and closed, and with
    its number in the comment each finds the other. `fixbot run` files one issue for each such comment, which quotes it
    and says where it stands, and then opens a pull request that writes the numbers: `TODO(#12)`. It finds an issue
    again by a hidden marker with the words and the file, so that a second run files none; of several comments with the
    same words each has its own, and where a file is renamed its issues go with it.

    Left alone: a `TODO` that names an issue in its text, behind it in parentheses, in the lines of comment that go on
    with it, or on a line of its own below, as `#12`, `GH-12`, `ABC-12`, `issue 12`, `bug 12` or a link; one with a
    `noqa` for it; what is in strings and docstrings; a `TODO` that says nothing, which is reported; one whose issue
    somebody has closed, which is reported too. `FIXME` and `XXX` count where `words` is `all`.

    Safety: `safe`. Only the comment changes, and it keeps every word that it has. It runs only where it is selected by
    its name, because it writes issues: none for a comment that cannot be rewritten, none while no pull request may be
    opened, and no more of them wait at once than `most` says; what is merged makes room for others. No more are open
    than `open` says, merged or not. `fixbot scan` and `fixbot fix` know no forge, so that they report what a run would
    file.
    """

    severity = Severity.LOW
    safety = Safety.SAFE
    synonyms = (
        "todo comments in production code",
        "todo comments in code",
        "todo without ticket",
        "todo without tickets",
        "todos without ticket",
        "todos without tickets",
        "untracked todo",
        "untracked todos",
        "missing todo link",
    )
    pattern = re.compile(rb"#[^\n]*\b(?:TODO|FIXME|XXX|(?i:todo|fixme|xxx)[ \t]*[:(])")
    answers = frozenset({"TD003"})
    options = (
        Option("words", ("todo", "all"), "whether `FIXME` and `XXX` are looked at beside `TODO`"),
        *tickets.TicketCodemod.options,
    )
    references = (
        "https://docs.astral.sh/ruff/rules/missing-todo-link/",
        "https://google.github.io/styleguide/pyguide.html#312-todo-comments",
    )

    def wanting(self, module: Module) -> Iterator[tickets.Wanting]:
        """Yield every comment with something to do that names no issue."""
        for todo in tickets.todos(module):
            is_asked_for = self.chosen["words"] == "all" or todo.word.upper() == "TODO"
            if is_asked_for and not (todo.is_referring or todo.is_silenced):
                owner = todo.owner.replace("{", "{{").replace("}", "}}")
                yield tickets.Wanting(
                    todo=todo,
                    message=f"this `{todo.word}` names no issue",
                    start=todo.start,
                    end=todo.end,
                    written=f"(#{{}}, {owner})" if owner else "(#{})",
                )

    examples = (
        Fixes(
            """
            def price(item):
                # TODO: ask the shop for its own price
                return item.price
            """,
            """
            def price(item):
                # TODO(#1): ask the shop for its own price
                return item.price
            """,
            because="a comment of its own",
        ),
        Fixes(
            """
            RATE = 3  # TODO take it from the settings
            LIMIT = 7  # TODO(ann): and this one
            """,
            """
            RATE = 3  # TODO(#1) take it from the settings
            LIMIT = 7  # TODO(#2, ann): and this one
            """,
            because="behind code, with and without somebody's name",
        ),
        Fixes(
            """
            # TODO: tidy up
            def first(): ...


            # TODO(#8): tidy up
            def second(): ...


            # TODO: tidy up
            def third(): ...
            """,
            """
            # TODO(#1): tidy up
            def first(): ...


            # TODO(#8): tidy up
            def second(): ...


            # TODO(#2): tidy up
            def third(): ...
            """,
            because="the same words more than once, and one that has its issue",
        ),
        Fixes(
            """
            def load(path):
                # old(path)  # TODO: bring it back
                # todo: say what UTF-8 and PEP 8 have to do with it,
                # in 2 lines
                return path.read_text()
            """,
            """
            def load(path):
                # old(path)  # TODO(#1): bring it back
                # todo(#2): say what UTF-8 and PEP 8 have to do with it,
                # in 2 lines
                return path.read_text()
            """,
            because="numbers that are none of issues, and small letters",
        ),
        Fixes(
            """
            # TODO:
            #   - count them
            #   - and sort them
            COUNT = 3
            """,
            """
            # TODO(#1):
            #   - count them
            #   - and sort them
            COUNT = 3
            """,
            because="what is to do stands below",
        ),
        Keeps(
            """
            # TODO(#12): count them
            # TODO: count them, see #12
            # TODO: count them (GH-12)
            # TODO: count them, SHOP-12
            # TODO(b/12): count them
            # TODO: count them once bug 12 is mended
            # TODO: https://example.org/issues/12 count them
            # todo: PR 12 counts them
            # TODO#12: count them
            # TODO: count them as bakery/bread#12 does
            # TODO: count them (crbug.com/1234)
            COUNT = 3
            """,
            because="all of them name an issue",
        ),
        Keeps(
            """
            # TODO: count them
            # once the shop does
            # https://example.org/issues/12
            COUNT = 3

            # TODO: count them all

            # SHOP-12
            COUNTS = [3]
            """,
            because="the issue stands below",
        ),
        Keeps(
            '''
            def todo():
                """TODO: say what it does."""
                return "# TODO: a text"
            ''',
            because="docstrings and strings",
        ),
        Keeps(
            """
            # A list of all that is still to do: todos come first.
            TODO = ["bread"]  # what TODO holds
            # FIXME: not asked for
            """,
            because="words in a sentence, a name, and another word",
        ),
        Keeps(
            """
            SIZE = 4  # TODO: measure them  # noqa
            """,
            because="linters are asked to let it be",
        ),
        Keeps(
            """
            # TODO
            COUNT = 3
            # TODO: ...
            SIZE = 4  # TODO -
            """,
            because="nothing is said that an issue could say",
            reports="it does not say what is to be done",
        ),
    )
