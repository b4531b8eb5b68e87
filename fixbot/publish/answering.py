"""Answers what people asked in comments: a reaction each, and one comment for each place that is edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fixbot.chatops.answers import Answer, heard, read_answers, worded, write_answers
from fixbot.chatops.commands import Command, Misunderstood, Verb
from fixbot.errors import OperatorError
from fixbot.markdown import prose
from fixbot.model import Comment, PullRequest, Standing, State
from fixbot.publish.bodies import remarked
from fixbot.publish.listening import Ears, Heard, answers_on
from fixbot.shell.forge import Forge

#: What a state says where nothing more is to be said of one pull request.
REASONS: Mapping[State, str] = {
    State.OPENED: "nothing of it was offered before",
    State.UNCHANGED: "it says what it should",
    State.MERGED: "it is in the base",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Knows what there is to say after a run.

    Attributes:
        forge: where to say it.
        ears: what was asked.
        standings: what became of each pull request.
        explain: gives a pull request's codemod in full, as Markdown.
    """

    forge: Forge
    ears: Ears
    standings: Sequence[Standing]
    explain: Callable[[PullRequest], str]

    def answer(self) -> None:
        """Answer everything that was heard; what is cut off is answered by the next run."""
        places = {heard.comment.on for heard in self.ears.heard}
        for on in sorted(places):
            self._answer_on(on, [heard for heard in self.ears.heard if heard.comment.on == on])

    def _answer_on(self, on: int, asked: Sequence[Heard]) -> None:
        """React to each comment, then answer all of them: until that is done, they count as not heard."""
        for one in asked:
            self.forge.react(one.comment, _reaction(one))
        self._say(
            on, asked, answers_on(self.forge.comments_on(on), self.ears.author(asked[0].pull), self.forge.may_write)
        )
        self._note_heard(on, max(one.comment.id for one in asked))

    def _say(self, on: int, asked: Sequence[Heard], known: Sequence[Comment]) -> None:
        """Add to the newest comment with answers that this run may edit; where it may none, write one of its own."""
        done = frozenset[int]().union(*(heard(comment.body) for comment in known))
        new = [answer for one in asked for answer in self._answers(one)]
        again = {one.comment.id for one in asked}
        for before in known:
            kept = [a for a in read_answers(before.body) if not (a.unclear and a.comment in again)]
            if self._edited(on, write_answers([*kept, *new], done), before):
                return
        self.forge.say(on, write_answers(new, done))

    def _edited(self, on: int, body: str, before: Comment) -> bool:
        """Edit a comment, and say whether that was allowed: it may be of another login that fixbot goes by."""
        try:
            self.forge.say(on, body, before)
        except OperatorError:  # where the token itself is at fault, a comment of its own is refused as well
            return False
        return True

    def _note_heard(self, on: int, newest: int) -> None:
        """Remember in the marker what was answered: people may take the answers for noise and delete them."""
        known = next((each for each in self.ears.pulls if each.number == on), None)
        pull = None if known is None else self.forge.reread(known)
        if pull is not None and pull.marker is not None and pull.marker.heard < newest:
            self.forge.edit(pull, body=remarked(pull, replace(pull.marker, heard=newest)))

    def _answers(self, heard: Heard) -> Iterable[Answer]:
        for asked, text in zip(heard.asked, heard.answers, strict=True):
            unclear = worded(heard.comment.body) if isinstance(asked, Misunderstood) else ""
            said = self._text(asked, heard.pull) if text is None else text
            yield Answer(heard.comment.id, str(asked), said, unclear)

    def _text(self, asked: Command | Misunderstood, pull: PullRequest | None) -> str:
        if isinstance(asked, Command) and asked.verb is Verb.EXPLAIN and pull is not None:
            return self.explain(pull)
        if pull is None:
            counted = {state: sum(s.state is state for s in self.standings) for state in State}
            return ", ".join(f"{number} {state}" for state, number in counted.items() if number) or "nothing to tell"
        standing = next((s for s in self.standings if s.pull is not None and s.pull.number == pull.number), None)
        if standing is None:
            return f"{pull.state}; this run did not look at it"
        reason = standing.reason or REASONS.get(standing.state, "")
        return f"{standing.state}: {prose(reason)}" if reason else str(standing.state)


def _reaction(heard: Heard) -> str:
    if all(isinstance(one, Misunderstood) for one in heard.asked):
        return "confused"
    return "+1"
