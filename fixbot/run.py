"""The story, top to bottom: listen, scan, rewrite, verify, plan, publish, answer; every effect is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from fixbot import registry
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.interrupts import between
from fixbot.job import Job, RunReport, Ticketed
from fixbot.lifecycle.deciding import Wishes
from fixbot.lifecycle.memory import Memory, closed_by_fixbot
from fixbot.lifecycle.room import Ceilings, Room, room
from fixbot.lifecycle.schedule import Schedule
from fixbot.model import Base, PullRequest, Request, Situation, Standing, State, Ticket
from fixbot.offer import Offer, Offering
from fixbot.plan import PREFIX
from fixbot.publish.answering import Answering
from fixbot.publish.asking import Asking, Order
from fixbot.publish.board import BoardFacts, find_boards, one_board, write_board
from fixbot.publish.closing import noted
from fixbot.publish.listening import Ears
from fixbot.publish.publisher import AHEAD, Circumstances, Publisher
from fixbot.publish.retiring import Retiring, remembered
from fixbot.publish.ticketing import file_tickets, filed_tickets
from fixbot.render import explained
from fixbot.scan import Progress, silent
from fixbot.settings import Settings
from fixbot.shell.choosing import choose_forge, github_name
from fixbot.shell.forge import Forge
from fixbot.shell.git import Git
from fixbot.unfiled import Unfiled, informed, needing_tickets, unfiled
from fixbot.write import Claim, Writer


def run(job: Job, settings: Settings, progress: Progress = silent) -> RunReport:
    """Do the whole job on one repository.

    Raises:
        OperatorError: the repository, the configuration, the token or the issue is not as it must be.
        ForgeError: a push or GitHub failed; running again goes on.
    """
    git = Git(job.root)
    forge = choose_forge(git, job.repository, settings, dry_run=job.dry_run)
    return Run(job, settings, git, forge, base_of(forge, settings.base), progress).run()


@dataclass(frozen=True, slots=True)
class Run:
    """One run on one base.

    `offered` looks at the code and says what there is to offer, and `wished` which places want an issue first;
    `standings` grows with what becomes of each pull request, `ticketed` with the issues that are filed.
    """

    job: Job
    settings: Settings
    git: Git
    forge: Forge
    base: Base
    progress: Progress = silent
    offered: Callable[[Offering], Offer] = Offering.offer
    wished: Callable[[Offering, Sequence[Ticket]], Unfiled] = unfiled
    standings: list[Standing] = field(default_factory=list)
    ticketed: list[Ticketed] = field(default_factory=list)

    def run(self) -> RunReport:
        """Do what the job asks for."""
        return self._for_issue() if self.job.issue else self._for_all()

    def situation(self) -> Situation:
        """Listen, and return what is known before any code is looked at."""
        ears = self._ears()
        if not self.job.issue:
            ears.listen(self.forge.now())
            return self._known(ears)
        try:
            return self._known(ears, self._order(ears))
        except OperatorError as exc:
            return replace(self._known(ears), request=Request(self.job.issue, because=str(exc)))

    def put_off(self) -> None:
        """Tell the issue that the job is about, if any, that the base has moved; what else people say stays unheard."""
        if self.job.issue:
            self._order(self._ears()).put_off(self.base.branch)

    def _for_all(self) -> RunReport:
        """Listen, bring every pull request up to date, open what is new, answer."""
        ears = self._ears()
        ears.listen(self.forge.now())
        offering = self._with_tickets(self._known(ears))
        memory, offer = offering.memory, self.offered(offering)
        publisher = self._publisher(memory, ears, self._writer(offering, offer))
        retiring = self._retiring(memory, offer, ears, publisher)
        self.standings.extend(retiring.standing(pull) for pull in between(list(retiring.gone())))
        free = {standing.branch for standing in self.standings if standing.state is State.EMPTIED}
        asked_first = sorted(offering.shards(offer, free), key=lambda shard: AHEAD.isdisjoint(ears.wished(shard)))
        self.standings.extend(publisher.publish(shard) for shard in between(asked_first))
        self.standings.extend((*_turned(memory), *remembered(memory, offer.prepared.report)))
        Answering(forge=self.forge, ears=ears, standings=self.standings, explain=self._explain).answer()
        if ears.is_kept:
            done = [box for box in ears.ticked if box.branch not in publisher.blocked]
            write_board(self.forge, ears.board, self.standings, _told(offer, ears, self.job.unseen), done)
        return self._report(offer, publisher)

    def _for_issue(self) -> RunReport:
        """Open what one issue asks for, and tell it there; nothing else is touched."""
        ears = self._ears()
        order = self._order(ears)
        offering = self._with_tickets(self._known(ears, order))
        memory, offer = offering.memory, self.offered(offering)
        asked = order.claim_of(offer, memory)
        publisher = self._publisher(memory, ears, self._writer(offering, offer, asked))
        self.standings.extend(publisher.publish(shard) for shard in between(offer.shards))
        order.report(self.standings, offer, asked)
        return self._report(offer, publisher)

    def _order(self, ears: Ears) -> Order:
        """Return what the issue asks for."""
        asking = Asking(
            forge=self.forge,
            codemods=registry.every(self.settings.foreign),
            allowed=[codemod.slug() for codemod in self._codemods()],
            paths=[path for path in self._paths() if path.endswith(".py")],
            repository=self.job.repository or github_name(self.git.remote_url()) or "",
            automated=self.job.automated,
            asked_by=self.job.asked_by,
            base=self.base.branch,
        )
        return asking.order(self.job.issue, ears.ignores())

    def _codemods(self) -> tuple[Recipe, ...]:
        """Return the codemods that the settings choose."""
        return tuple(
            registry.choose(self.settings.select, self.settings.ignore, self.settings.codemods, self.settings.foreign)
        )

    def _ears(self) -> Ears:
        pulls = [noted(self.forge, pull) if closed_by_fixbot(pull) else pull for pull in self.forge.pulls()]
        is_wanted = self.settings.dashboard and self.forge.is_default(self.base.branch)
        board = one_board(self.forge, find_boards(self.forge)) if is_wanted else None
        is_kept = is_wanted and (board is None or board.state == "open")
        slugs = [codemod.slug() for codemod in registry.every(self.settings.foreign)]
        return Ears(self.forge, pulls, board, slugs, is_kept, self._paths)

    def _paths(self) -> list[str]:
        """Return every path of the base."""
        return [entry.path for entry in self.git.entries(self.base.commit)]

    def _offering(self, known: Situation) -> Offering:
        return self.job.offering(self.settings, self.git, self.base, known, self.progress)

    def _known(self, ears: Ears, order: Order | None = None) -> Situation:
        """Return what is known before any code is looked at."""
        tickets = filed_tickets(self.forge) if needing_tickets(self._codemods()) else ()
        request = None if order is None else Request(order.issue.number, tuple(sorted(order.codemods)), order.scope)
        anew = frozenset(branch for branch, verbs in ears.asked.items() if "recreate" in verbs)
        return Situation(pulls=tuple(ears.pulls), ignores=ears.ignores(), anew=anew, request=request, tickets=tickets)

    def _with_tickets(self, known: Situation) -> Offering:
        """File the issues that places in the code want, and return what knows them; none where nothing would follow."""
        offering = self._offering(known)
        if not (needing := needing_tickets(offering.wanted())):
            return offering
        found = self.wished(offering, known.tickets)
        slugs = {codemod.slug() for codemod in needing}
        is_open = any(pull.marker and pull.marker.codemod in slugs for pull in offering.memory.open)
        if not is_open and (why_not := self._room(offering.memory).why_not()):
            found = found.put_off(f"its pull request has to wait: {why_not}")
        self.ticketed.extend(file_tickets(self.forge, found.wishes, self.base))
        tickets = (*known.tickets, *(one.ticket for one in self.ticketed))
        return replace(offering, codemods=informed(offering.codemods, tickets, found.because))

    def _room(self, memory: Memory) -> Room:
        """Return how many pull requests may be opened now."""
        now = self.forge.now()
        closed = Schedule(self.settings.schedule, self.settings.timezone).why(now)
        return room(memory.pulls, Ceilings(self.settings.max_open, self.settings.max_hourly), now, closed)

    def _writer(self, offering: Offering, offer: Offer, asked: Claim | None = None) -> Writer:
        return Writer(
            base=self.base,
            codemods=offering.codemods,
            prepared=offer.prepared,
            refused=offer.refused,
            settings=self.settings,
            owners=offering.owners(),
            memory=offering.memory,
            verify_command=self.job.verify_command,
            asked=asked or Claim(),
        )

    def _publisher(self, memory: Memory, ears: Ears, writer: Writer) -> Publisher:
        settings = self.settings
        closed_for_updates = Schedule(settings.update_schedule, settings.timezone).why(self.forge.now())
        around = Circumstances(
            base=self.base,
            memory=memory,
            room=self._room(memory),
            wishes=lambda shard: Wishes(
                update=settings.update, asked=ears.wished(shard), closed_window=closed_for_updates
            ),
            occupied=cache(self.git.occupied),
        )
        return Publisher(self.forge, self.git, around, writer.plan)

    def _retiring(self, memory: Memory, offer: Offer, ears: Ears, publisher: Publisher) -> Retiring:
        return Retiring(
            memory=memory,
            offer=offer,
            codemods=frozenset(codemod.slug() for codemod in self._codemods()),
            ignores=ears.ignores(),
            touched=self.forge.touched,
            retire=publisher.retire,
        )

    def _explain(self, pull: PullRequest) -> str:
        """Explain the codemod of a pull request in full."""
        named = {codemod.slug(): codemod for codemod in registry.every(self.settings.foreign)}
        codemod = named.get(pull.marker.codemod) if pull.marker else None
        return explained(type(codemod)) if codemod is not None else "no codemod of this name is installed"

    def _report(self, offer: Offer, publisher: Publisher) -> RunReport:
        return RunReport(
            self.base,
            offer.prepared,
            tuple(self.standings),
            offer.refused,
            self.forge.tally(),
            publisher.bodies,
            self.git.has_changes(),
            tuple(self.forge.complaints),
            ticketed=tuple(self.ticketed),
        )


def base_of(forge: Forge, branch: str | None) -> Base:
    """Return what is to be improved: the tip of a branch, None for the one that the forge takes by itself.

    Raises:
        OperatorError: there is none, or it is one of fixbot's own.
    """
    base = forge.base(branch)
    if re.match(f"{PREFIX}.+/.", base.branch):
        message = f"{base.branch} is a branch of fixbot's own: check out the one that its pull requests are for"
        raise OperatorError(message)
    return base


def _turned(memory: Memory) -> list[Standing]:
    """Tell of the open pull requests that people turned to another base."""
    turned = {pull.number: pull for pull in memory.turned.values()}
    return [
        Standing(state=State.LEFT_ALONE, branch=pull.branch, reason=f"somebody turned it to {pull.base}", pull=pull)
        for pull in turned.values()
    ]


def _told(offer: Offer, ears: Ears, unseen: frozenset[str]) -> BoardFacts:
    found, left = len(offer.prepared.report.findings), len(offer.refused)
    heard = ears.heard_on_board()
    return BoardFacts(findings=found, left=left, ignores=ears.ignores(), heard=heard, unseen=unseen)
