"""Writes how far a campaign is as JSON, version 1; its keys and their order are a contract."""

from __future__ import annotations

import json
from datetime import datetime

from fixbot.campaign.overview import FATES, Decided, Overview, Row, Wave
from fixbot.campaign.records import Pull
from fixbot.campaign.reviews import Review
from fixbot.campaign.waves import Rate

_VERSION = 1


def as_json(overview: Overview) -> str:
    """Return all of it as a JSON document in ASCII.

    Times are as ISO 8601 has them, spans are whole seconds, shares go from 0 to 1. What nobody knows is null.
    """
    reviews = overview.reviews
    document = {
        "version": _VERSION,
        "campaign": overview.campaign,
        "at": _time(overview.now),
        "halted": overview.halted,
        "findings": {"left": overview.left, "first": overview.first, "unseen_repositories": overview.unseen},
        "states": {state.value: number for state, number in overview.totals.items()},
        "pull_requests": dict(overview.pulls),
        "waves": {
            "reached": overview.reached.wave,
            "of": overview.reached.of,
            "because": overview.reached.because,
            "threshold": overview.threshold,
            "each": [_wave(wave) for wave in overview.waves],
        },
        "codemods": {decided.codemod: _codemod(decided) for decided in overview.codemods},
        "reviews": {
            "median_seconds": None if reviews.usual is None else int(reviews.usual.total_seconds()),
            "waiting": [_review(review) for review in reviews.waiting],
            "decided": [_review(review) for review in reviews.decided],
        },
        "burndown": [{"at": _time(point.at), "left": point.left} for point in overview.burndown],
        "repositories": [_repository(row) for row in overview.rows],
    }
    return json.dumps(document, indent=2) + "\n"


def _repository(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "wave": row.wave,
        "state": row.state.value,
        "findings": row.findings,
        "because": row.because,
        **{fate: row.count(fate) for fate in FATES},
        "pull_requests": [_pull(pull) for pull in row.pulls],
    }


def _pull(pull: Pull) -> dict[str, object]:
    return {
        "number": pull.number,
        "codemod": pull.codemod,
        "state": pull.state,
        "title": pull.title,
        "url": pull.url,
        "findings": pull.findings,
        "created": _time(pull.created),
        "decided": _time(pull.decided),
    }


def _wave(wave: Wave) -> dict[str, object]:
    states = {state.value: number for state, number in wave.states.items()}
    return {"wave": wave.number, "begun": wave.has_begun, "states": states, **_rate(wave.rate)}


def _codemod(decided: Decided) -> dict[str, object]:
    return {"open": decided.open, **_rate(decided.rate), "paused": decided.paused}


def _rate(rate: Rate) -> dict[str, object]:
    share = round(rate.merged / rate.decisions, 3) if rate.decisions else None
    return {"merged": rate.merged, "declined": rate.declined, "rate": share}


def _review(review: Review) -> dict[str, object]:
    seconds = int(review.lasted.total_seconds())
    return {"repository": review.pull.repository, "seconds": seconds, **_pull(review.pull)}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
