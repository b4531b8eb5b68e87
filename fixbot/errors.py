"""The exceptions of fixbot, by whose fault they are.

    FixbotError
        OperatorError    wrong arguments, configuration or token: exit 2
            BlockedError     a branch of somebody else's stands in the way of one of fixbot's
            TokenError       a server does not know the token, or not any more
        CodemodError     a codemod broke its promise: exit 3
        ForgeError       git's server or GitHub did not do what was asked: exit 4
            RateLimitError   GitHub wants to be left alone for longer than a run waits

What is wrong with one file, one rewrite or one pull request is a value with a reason, not an exception.
"""

from __future__ import annotations


class FixbotError(Exception):
    """Anything that ends a command.

    The message is one line that says what to do.
    """

    exit_code = 3


class OperatorError(FixbotError):
    """The person who started the command must change something: an argument, the configuration, a token."""

    exit_code = 2


class BlockedError(OperatorError):
    """A branch cannot be moved because of what people put there: one alone is left, the run goes on.

    One of theirs may have a name that leaves no room (`fixbot` beside `fixbot/x`), or clone and origin may differ.
    """


class TokenError(OperatorError):
    """Git's server or GitHub does not know who shows that token: it holds for every repository.

    That a token may not do something in one repository is an `OperatorError`.
    """


class CodemodError(FixbotError):
    """A codemod's file does not keep the contract of `fixbot.codemod`."""

    exit_code = 3


class ForgeError(FixbotError):
    """A git server or GitHub refused or failed; the run can be started again."""

    exit_code = 4


class RateLimitError(ForgeError):
    """GitHub wants no more requests for a time that is longer than a run waits: it holds for every repository."""
