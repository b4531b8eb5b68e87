"""The `fixbot` command, and what every error means for its exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Sequence

import click

from fixbot import VERSION, interrupts
from fixbot.errors import FixbotError
from fixbot.shell.scratch import scratch

_COMMANDS = (
    *("scan", "fix", "run", "listen", "plan", "apply", "raises", "preview"),
    *("campaign", "audit", "tracker", "codemods", "explain", "env-example", "init", "doctor", "demo"),
)
_INTERRUPTED, _TERMINATED = 130, 143  # 128 and the signal, as shells count
_OWN_FAULT = 3
#: What a system says where a disk, somebody's share of it, or a file may take no more.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _Commands(click.Group):
    """Loads a command when it is called, so that a scan does not pay for what only a run needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        return _load(cmd_name)


def _load(name: str) -> click.Command | None:  # noqa: C901, PLR0911, PLR0912 - one case for each command
    match name:
        case "scan":
            from fixbot.cli.scan import scan

            return scan
        case "fix":
            from fixbot.cli.fix import fix

            return fix
        case "run":
            from fixbot.cli.run import run

            return run
        case "listen":
            from fixbot.cli.halves import listen

            return listen
        case "plan":
            from fixbot.cli.halves import plan

            return plan
        case "apply":
            from fixbot.cli.halves import apply

            return apply
        case "raises":
            from fixbot.cli.raises import raises

            return raises
        case "preview":
            from fixbot.cli.preview import preview

            return preview
        case "audit":
            from fixbot.cli.audit import audit

            return audit
        case "tracker":
            from fixbot.cli.tracker import tracker

            return tracker
        case "codemods":
            from fixbot.cli.catalogue import codemods

            return codemods
        case "explain":
            from fixbot.cli.catalogue import explain

            return explain
        case "env-example":
            from fixbot.cli.variables import env_example

            return env_example
        case "init":
            from fixbot.cli.init import init

            return init
        case "campaign":
            from fixbot.cli.campaign import campaign

            return campaign
        case "doctor":
            from fixbot.cli.doctor import doctor

            return doctor
        case "demo":
            from fixbot.cli.demo import demo

            return demo
    return None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="fixbot")
def cli() -> None:
    """Find anti-patterns, rewrite them, prove the rewrites harmless, and open small pull requests."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:  # noqa: PLR0911 - one for each way to end
    try:
        with interrupts.remembered(), scratch():
            return int(cli.main(args=arguments, prog_name="fixbot", standalone_mode=False) or 0)
    except click.ClickException as exc:
        exc.show()
        return exc.exit_code if isinstance(exc, click.UsageError) else 2
    except FixbotError as exc:
        from fixbot.cli.output import logged

        click.echo(logged(f"fixbot: {exc}"), err=True)
        return exc.exit_code
    except (KeyboardInterrupt, click.Abort) as exc:
        click.echo("fixbot: interrupted; nothing is half done, start it again", err=True)
        return _TERMINATED if isinstance(exc, interrupts.Terminated) else _INTERRUPTED
    except OSError as exc:
        if exc.errno not in _FULL:
            return _faulty(exc)
        click.echo(f"fixbot: there is no room left to write ({exc.strerror}): make some and start it again", err=True)
        return 2
    except Exception as exc:  # noqa: BLE001 - the last door: whatever it is, it is fixbot's own fault
        return _faulty(exc)


def _faulty(exc: Exception) -> int:
    traceback.print_exception(exc)
    click.echo(f"fixbot: this is a fault of fixbot itself ({type(exc).__name__}); please report it", err=True)
    return _OWN_FAULT
