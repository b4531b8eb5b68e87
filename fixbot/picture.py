"""Draws findings over time as SVG, by light and by dark; no word of a repository gets into it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fixbot.errors import OperatorError
from fixbot.history import Point, columns, settled, staircase
from fixbot.model import Severity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT = 760, 360  # pixels
_PLOT = (0.085, 0.15, 0.765, 0.68)  # of the page: left, bottom, width, height
_APART = 0.075  # of the height of the plot: a line of text
_MOST_COLUMNS = 500
_ROOM = 1.06  # above the highest stair
_BRIEFLY = 10_000
_MINUTE = 60
_DAY = 86_400
_LATEST = 253_402_214_400  # the last day that a calendar has, in seconds since 1970
_MADE = "'DejaVu Sans'"  # matplotlib brings it along, so that every machine measures the same
_SHOWN = "Helvetica,Arial,'Liberation Sans',sans-serif"
# Each has a colour on light and one on dark ground. Those of severities differ in lightness as well as in hue.
_INK = ("#1f2328", "#f0f6fc")
_FAINT = ("#59636e", "#9198a1")
_GRID = ("#d1d9e0", "#3d444d")
_SEVERITIES = {
    Severity.CRITICAL: ("#7d1145", "#b8256e"),
    Severity.HIGH: ("#c9480c", "#e9682f"),
    Severity.MEDIUM: ("#f0b429", "#f7d36b"),
    Severity.LOW: ("#3f86bd", "#4a8fc4"),
}
_LOOK = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": _FAINT[0],
    "axes.labelcolor": _FAINT[0],
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "date.epoch": "1970-01-01T00:00:00",
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "svg.fonttype": "none",
    "svg.hashsalt": "fixbot",
    "text.color": _INK[0],
    "timezone": "UTC",
    "xtick.color": _FAINT[0],
    "ytick.color": _FAINT[0],
    "ytick.major.size": 0,
}


def picture(points: Sequence[Point]) -> str:
    """Return an SVG of findings by severity, the gravest at the bottom; each count holds until the next commit.

    It is the same text for the same points with the same release of matplotlib, which must be installed. Where commits
    are closer than the page can show, the last of each group is drawn. Commits within one minute stand side by side.

    Args:
        points: what was found at each commit, the oldest first; at least one.

    Raises:
        OperatorError: matplotlib is not installed.
    """
    with _drawing():
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - few commands draw
        from matplotlib.figure import Figure  # noqa: PLC0415 - as above

        figure = Figure(figsize=(_WIDTH / 72, _HEIGHT / 72), dpi=72)
        _draw(figure, points)
        canvas, drawn = FigureCanvasSVG(figure), io.StringIO()
        canvas.print_svg(drawn, metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return _finished(drawn.getvalue(), _told(points))


@contextmanager
def _drawing() -> Iterator[None]:
    """Let matplotlib draw as it does by itself, whatever a person has chosen, and leave all as it was."""
    try:
        with chdir(Path(__file__).parent):  # it would read a file of settings from the folder that it starts in
            import matplotlib  # noqa: ICN001, PLC0415 - few commands draw
    except ImportError as exc:
        message = "matplotlib draws the picture, and it is not installed: run `pip install 'fixbot[picture]'`"
        raise OperatorError(message) from exc
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK)
        yield


def _draw(figure: Figure, points: Sequence[Point]) -> None:
    plot: Axes = figure.add_axes(_PLOT)
    moments = [min(max(moment, 0), _LATEST) / _DAY for moment in settled([point.time for point in points])]
    if is_brief := (moments[-1] - moments[0]) * _DAY < _MINUTE:
        moments = [number + 0.5 for number in range(len(points))]  # so that each stair stands over its number
    end = moments[-1] + (1 if is_brief else (moments[-1] - moments[0]) * 0.015)
    top = max(point.findings for point in points)
    plot.set_xlim(moments[0], end)
    plot.set_ylim(0, max(1.0, top * _ROOM))
    _bands(plot, moments, points, end)
    _axes(plot, len(points) if is_brief else 0)
    left, bottom, _, height = _PLOT
    figure.text(left, bottom + height + 0.105, "Findings over time", fontsize=16, fontweight="bold")
    figure.text(left, bottom + height + 0.045, _subtitle(points), color=_FAINT[0])


def _bands(plot: Axes, moments: Sequence[float], points: Sequence[Point], end: float) -> None:
    """Draw one area for each severity that ever was, behind those of the graver ones, and name it at its right end."""
    shown = columns(moments, _MOST_COLUMNS)
    top = [0] * len(points)
    middles = []
    for order, severity in enumerate(_seen(points)):
        below, top = top, [height + point.severities[severity] for height, point in zip(top, points, strict=True)]
        across, up = _stairs(moments, top, shown, end)
        colour = _SEVERITIES[severity][0]
        plot.fill([*across, end, moments[0]], [*up, 0, 0], color=colour, linewidth=0, zorder=3 - order / 10)
        middles.append((below[-1] + top[-1]) / 2 / plot.get_ylim()[1])
    plot.plot(*_stairs(moments, top, shown, end), color=_INK[0], linewidth=1, zorder=4)
    for severity, place in zip(_seen(points), _spread(middles), strict=True):
        _name(plot, severity, points[-1].severities[severity], place)
    if not middles:
        plot.text(0.5, 0.5, "none at any of these commits", transform=plot.transAxes, ha="center", color=_FAINT[0])


def _stairs(
    moments: Sequence[float], heights: Sequence[int], shown: Sequence[int], end: float
) -> tuple[list[float], list[float]]:
    corners = staircase(((moments[at], heights[at]) for at in shown), end)
    return [across for across, _ in corners], [up for _, up in corners]


def _seen(points: Sequence[Point]) -> list[Severity]:
    return [severity for severity in Severity if any(point.severities[severity] for point in points)]


def _spread(places: Sequence[float]) -> list[float]:
    """Move rising places apart, so that each has room for a line of text, and keep them on the page."""
    free = -1.0
    low = [free := max(place, free + _APART) for place in places]
    free = 1.0 + _APART
    return [free := min(place, free - _APART) for place in low[::-1]][::-1]


def _name(plot: Axes, severity: Severity, count: int, place: float) -> None:
    colour = _SEVERITIES[severity][0]
    around: dict[str, Any] = {"transform": plot.transAxes, "clip_on": False}
    plot.plot([1.022], [place], marker="s", markersize=9, color=colour, markeredgewidth=0, **around)
    plot.text(1.042, place, f"{severity.value} {count:,}", va="center_baseline", **around)


def _axes(plot: Axes, commits: int) -> None:
    """Label the axes; `commits` is how many stand side by side, 0 where they stand by date."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - few commands draw
    from matplotlib.ticker import FuncFormatter, MaxNLocator, StrMethodFormatter  # noqa: PLC0415 - as above

    if commits:
        plot.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        plot.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    else:
        dates = AutoDateLocator(minticks=3, maxticks=8)
        plot.xaxis.set_major_locator(dates)
        plot.xaxis.set_major_formatter(ConciseDateFormatter(dates))
    plot.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    plot.yaxis.set_major_formatter(FuncFormatter(_brief))
    plot.grid(axis="y", color=_GRID[0], linewidth=1)
    plot.set_axisbelow(True)
    plot.set_xlabel("commits, the oldest first" if commits else "date of the commit, in UTC")
    plot.set_ylabel("findings")


def _brief(number: float, _position: int | None) -> str:
    """Write the figure of a grid line; there is room for five characters beside the plot."""
    return f"{number:,.0f}" if number < _BRIEFLY else f"{number / 1000:,g}k"


def _subtitle(points: Sequence[Point]) -> str:
    first, last = (_day(point) for point in (points[0], points[-1]))
    when = f"of {last}" if first == last else f"from {first} to {last}"
    which = f"the last of {len(points):,} commits" if len(points) > 1 else "the one commit"
    return f"{points[-1].findings:,} at {which} {when}"


def _day(point: Point) -> str:
    return datetime.fromtimestamp(min(max(point.time, 0), _LATEST), UTC).date().isoformat()


def _told(points: Sequence[Point]) -> str:
    """Return in words what the picture shows."""
    most = max(point.findings for point in points)
    return (
        f"Findings by severity, stacked: {_subtitle(points)}. At the first commit {_counts(points[0].severities)}; "
        f"at the last {_counts(points[-1].severities)}. The most at one commit were {most:,}."
    )


def _counts(severities: Mapping[Severity, int]) -> str:
    return ", ".join(f"{count:,} {severity.value}" for severity, count in severities.items())


def _finished(drawn: str, told: str) -> str:
    """Make it small, let it follow the reader's light or dark, and give it words; all of it is fixbot's own."""
    body = re.sub(r'\bd="([ML\dzZ.\s-]+)"', lambda found: f'd="{_short(found[1])}"', drawn[drawn.index("<svg") :])
    body = re.sub(r"\n\s*", "\n", body.replace(_MADE, _SHOWN))
    head, _, rest = body.partition(">")
    size = re.sub(r'(width|height)="([\d.]+)pt"', r'\1="\2"', head)
    named = f'{size} role="img" aria-labelledby="about more">'
    words = f'<title id="about">Findings over time</title>\n<desc id="more">{told}</desc>'
    return f"{named}\n{words}\n<style>{_dark()}</style>{rest}"


def _dark() -> str:
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}'
        for light, dark in (_INK, _FAINT, _GRID, *_SEVERITIES.values())
        for what in ("fill", "stroke")
    )
    return f"@media(prefers-color-scheme:dark){{{rules}}}"


def _short(path: str) -> str:
    """Write a path of straight lines with one number for each step to the side or up, in tenths of a pixel."""
    words, here = [], ("", "")
    for letter, across, up in re.findall(r"([ML]) (\S+) (\S+)", path):
        there = _tenths(across), _tenths(up)
        if letter == "M" or (there[0] != here[0] and there[1] != here[1]):
            words.append(f"{letter}{there[0]} {there[1]}")
        elif there != here:
            words.append(f"V{there[1]}" if there[0] == here[0] else f"H{there[0]}")
        here = there
    return "".join(words) + ("Z" if path.rstrip().lower().endswith("z") else "")


def _tenths(number: str) -> str:
    return f"{float(number):.1f}".removesuffix(".0")
