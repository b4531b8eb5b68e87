"""What was seen of the things that a run depends on: frozen records, filled by the shell and judged elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of token there is, in the words that people read."""

    CLASSIC = "classic personal access token"
    FINE_GRAINED = "fine-grained personal access token"
    APP = "installation token of a GitHub App"
    WORKFLOW = "GITHUB_TOKEN of a workflow run"
    INSTALLATION = "installation token, of a GitHub App or of a workflow run"
    OAUTH = "OAuth token"
    APP_USER = "user token of a GitHub App"
    REFRESH = "refresh token"
    UNKNOWN = "token of an unknown kind"


@dataclass(frozen=True, slots=True)
class Unseen:
    """What could not be seen: GitHub's status (0: there was no answer) and what was said."""

    status: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The versions that were found, and what ruff has to be.

    `git` and `ruff` are empty where the program is not there; `ruff_bound` is a specifier like `>=0.14`, empty
    where it is not known; `ruff_fits` says whether `ruff` is within it.
    """

    git: str
    ruff: str
    ruff_bound: str = ""
    ruff_fits: bool = True


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """A file of `.github/workflows`: its path, its text, and whether the base has it as it is in the working tree."""

    path: str
    text: str
    committed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """The repository on this machine.

    `branch` is what is checked out (empty: a detached HEAD), `base` the local branch that a run begins from (empty:
    it is not here), `paths` are the base's files.
    """

    branch: str
    base: str
    is_shallow: bool = False
    is_partial: bool = False
    origin_has_password: bool = False
    paths: frozenset[str] = frozenset()
    workflows: tuple[WorkflowFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What decides on the forge.

    `asked` is the setting, `variable` the name of the one that holds a token (empty: none does), `both` says that two
    variables hold different ones, `name` is `owner/name` on GitHub (None: not known), `has_origin` whether there is
    a remote called origin.
    """

    asked: str
    variable: str
    name: str | None
    both: bool = False
    has_origin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The repository on GitHub; `may_push` is what GitHub says of who holds the token, None where it says nothing."""

    full_name: str
    default_branch: str
    private: bool = False
    archived: bool = False
    disabled: bool = False
    fork: bool = False
    has_issues: bool = True
    has_pulls: bool = True
    may_push: bool | None = None


@dataclass(frozen=True, slots=True)
class BaseBranch:
    """The branch to improve on GitHub: its name, its commit, whether that is here, and whether it is protected."""

    name: str
    commit: str
    is_here: bool
    protected: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """What a branch's own protection asks for."""

    signatures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The settings of GitHub Actions; `states` are those of the workflows that GitHub knows, by path."""

    enabled: bool | Unseen
    may_open_pulls: bool | Unseen
    default: str | Unseen
    states: Mapping[str, str] | Unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class OnGitHub:
    """All that GitHub says.

    Attributes:
        host: the host of the API.
        enterprise: the version of GitHub Enterprise Server, empty on github.com.
        gone: why GitHub was asked nothing more, empty where it answered to the end.
        kind: what sort of token there is.
        login: whose it is, empty where that is not known.
        scopes: those of the token, None where GitHub names none.
        asked: `owner/name` as it was asked for.
        reads: the statuses of questions about contents, pull requests and issues.
        writes: the statuses of requests without a body, which GitHub can only refuse.
        about: the repository.
        base: the branch to improve.
        rules: the types of the rules for the base.
        protection: what the base's own protection asks for, empty where it has none.
        own_rules: the types of the rules for a branch of fixbot's.
        own: the branches that begin with `fixbot`.
        guarded: the protected ones among them.
        actions: the settings of GitHub Actions.
        labels: statuses of questions about labels, by name.
        reviewers: the same for who is to review, by login.
        assignees: the same for who is to be assigned.
    """

    host: str
    enterprise: str
    gone: str
    kind: Kind
    login: str
    scopes: frozenset[str] | None
    asked: str
    about: About | Unseen
    reads: Mapping[str, int] = field(default_factory=dict)
    writes: Mapping[str, int] = field(default_factory=dict)
    base: BaseBranch | Unseen
    rules: frozenset[str] | Unseen
    protection: Protection | Unseen
    own_rules: frozenset[str] | Unseen
    own: tuple[str, ...] | Unseen
    guarded: tuple[str, ...] | Unseen
    actions: Actions
    labels: Mapping[str, int] = field(default_factory=dict)
    reviewers: Mapping[str, int] = field(default_factory=dict)
    assignees: Mapping[str, int] = field(default_factory=dict)
