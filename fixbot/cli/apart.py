"""The commands with which a campaign is planned in jobs that share no secret: `matrix`, `pack` and `plan`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from fixbot.campaign.shards import MOST, parse_shard, shard_of
from fixbot.campaign.shards import matrix as jobs
from fixbot.campaigning.apart import pack_all, plan_all
from fixbot.campaigning.looking import begun
from fixbot.campaigning.places import Places
from fixbot.cli.options import Common, common
from fixbot.cli.output import logged, note, write
from fixbot.errors import OperatorError
from fixbot.markdown import visible
from fixbot.shell.campaign.sources import repositories
from fixbot.shell.choosing import forget_token

FILE = click.argument(
    "file", default="campaign.toml", metavar="[FILE]", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@FILE
@click.option("--shards", type=click.IntRange(1, MOST), required=True, metavar="N", help="The most jobs that plan.")
def matrix(file: Path, shards: int) -> int:
    """Print the matrix of a workflow whose jobs plan: a shard for each, and how many repositories are in it.

    Exit code 0: done, 2: wrong use, 4: the forge's fault.
    """
    ordered = begun(file)
    names = [seen.name for seen in repositories(ordered, reading=True) if not seen.skipped]
    write(json.dumps(jobs(names, shards)) + "\n", None)
    return 0


@click.command()
@FILE
@click.option("--shard", default="1/1", show_default=True, metavar="N/OF", help="Only the repositories of this shard.")
@click.option("--to", type=FOLDER, required=True, metavar="DIR", help="Where the parcels go.")
@common()
def pack(file: Path, shard: str, to: Path, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Pack what planning has to read, so that `campaign plan` needs neither a token nor a network.

    It needs a token that may read. What cannot be packed is reported and left out. Exit code 0: done, 2: wrong use,
    4: the forge's fault.
    """
    options = Common(**given)
    number, of = parse_shard(shard)
    ordered = begun(file)
    places = Places(ordered.folder)
    places.make()
    mine = [seen for seen in repositories(ordered, reading=True) if shard_of(seen.name, of) == number]
    for line in pack_all(ordered, mine, places, _made(to)):
        note(logged(visible(line)), options)
    return 0


@click.command()
@click.argument("parcels", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--to", type=FOLDER, required=True, metavar="DIR", help="Where the plans go.")
@common()
def plan(parcels: Path, to: Path, **given: Any) -> int:  # noqa: ANN401 - click hands over its options
    """Plan for what `campaign pack` wrote to PARCELS: it uses no token and asks no forge.

    What cannot be planned for is reported and has no plan. Exit code 0: done, 2: wrong use.
    """
    forget_token()
    options = Common(**given)
    for line in plan_all(parcels, _made(to), options.processes()):
        note(logged(visible(line)), options)
    return 0


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        message = f"cannot write {folder}: {exc.strerror}"
        raise OperatorError(message) from exc
    return folder
