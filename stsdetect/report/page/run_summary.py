"""What a run found in a few lines: as text, and as the HTML that a notebook shows.

All text of the dump is hostile; see `report_page`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd

from stsdetect.foreign_text import made_visible
from stsdetect.report.page.display_format import TIERS, event_title, number, percent, position, span, utc
from stsdetect.report.page.page_templates import template
from stsdetect.report.page.report_page import LEFT_OUT
from stsdetect.report.page.run_tables import Row

_N_ROWS, _N_LINES, _N_WARNINGS = 10, 5, 3


class _Line(NamedTuple):
    """One event of a summary."""

    rank: int
    tier: str
    ships: list[str]
    link: str
    start: str
    duration: str
    contact: str
    title: str


def summary_html(events: pd.DataFrame, identity: pd.DataFrame, run: Row) -> str:
    """The first events of a run and what was rejected or left out, for a notebook.

    Parameters
    ----------
    events : EVENTS frame
        Sorted by rank.
    identity : IDENTITY frame
        Names the ships that have none in the events.
    run : dict
        The content of ``run.json``.
    """
    return template("summary.html").render(
        headline=_headline(events),
        remarks=_remarks(run),
        rows=_lines(events.head(_N_ROWS), identity),
        n_more=max(len(events) - _N_ROWS, 0),
    )


def summary_text(events: pd.DataFrame, identity: pd.DataFrame, run: Row) -> str:
    """The same as plain text, shorter.

    Examples
    --------
    >>> from stsdetect.schema import EVENTS, IDENTITY
    >>> run = {"inputs": [], "stages": {}, "left_out": [], "warnings": ["a slow feed"]}
    >>> print(summary_text(EVENTS.empty(), IDENTITY.empty(), run))
    no events
    read 0 inputs
    warning: a slow feed
    """
    lines = [_headline(events)]
    lines += (
        f"{e.rank:>4} {e.tier:<6} {e.start}  {e.duration:>7}  {_who(e)}; {e.title}"
        for e in _lines(events.head(_N_LINES), identity)
    )
    if len(events) > _N_LINES:
        lines.append(f"     {number(len(events) - _N_LINES)} more")
    return "\n".join(made_visible(line) for line in [*lines, *_remarks(run)])


def found_sentence(events: pd.DataFrame, identity: pd.DataFrame) -> str:
    """What was found, and who, when and where the first event is.

    Examples
    --------
    >>> from stsdetect.schema import EVENTS, IDENTITY
    >>> found_sentence(EVENTS.empty(), IDENTITY.empty())
    'Found no events.'
    """
    text = f"Found {_headline(events)}"
    if events.empty:
        return f"{text}."
    (first,) = _lines(events.head(1), identity)
    where = position(float(events["lat"].iloc[0]), float(events["lon"].iloc[0]))
    return made_visible(
        f"{text}, the first of {_who(first)}, {first.start} UTC for {first.duration}, near {where}."
    )


def _who(line: _Line) -> str:
    if line.title == event_title("delivery", "delivery"):
        return line.ships[0]
    if len(line.ships) == 1:
        return f"{line.ships[0]}, partner never received"
    return f" {line.link} ".join(line.ships)


def _headline(events: pd.DataFrame) -> str:
    counts = events["tier"].value_counts()
    tiers = ", ".join(f"{counts[tier]} {tier}" for tier in TIERS if tier in counts)
    n = len(events)
    return f"{number(n)} {'event' if n == 1 else 'events'} ({tiers})" if n else "no events"


def _remarks(run: Row) -> list[str]:
    """What was read, rejected and left out, and the first warnings."""
    remarks = [_read(run)]
    for name, stage in run["stages"].items():
        if rejected := {reason: n for reason, n in stage["rejected"].items() if n}:
            reasons = ", ".join(f"{reason.replace('_', ' ')} {number(n)}" for reason, n in rejected.items())
            share = f"{number(sum(rejected.values()))} of {number(stage['rows_in'])}"
            remarks.append(f"{name}: {share} {stage['unit']} rejected ({reasons})")
    remarks += [f"left out {file['source']}: {file['reason']}" for file in run["left_out"][:_N_WARNINGS]]
    texts = [text for text in run["warnings"] if not text.startswith(LEFT_OUT)]
    remarks += [f"warning: {text}" for text in texts[:_N_WARNINGS]]
    if more := max(len(run["left_out"]) - _N_WARNINGS, 0) + max(len(texts) - _N_WARNINGS, 0):
        remarks.append(f"{more} more in .left_out and .warnings")
    return remarks


def _read(run: Row) -> str:
    """How many inputs and rows were read, and from when to when."""
    inputs = [file for file in run["inputs"] if not (file["left_out"] or file["not_ais"])]
    text = f"read {number(len(inputs))} {'input' if len(inputs) == 1 else 'inputs'}"
    if "decode" in run["stages"]:
        decoded = run["stages"]["decode"]
        text += f": {number(decoded['rows_in'])} {decoded['unit']}"
    times = [file[end] for file in inputs for end in ("start_ms", "end_ms") if file[end] is not None]
    if times:
        text += f", {span(*(datetime.fromtimestamp(ms / 1000, UTC) for ms in (min(times), max(times))))} UTC"
    return text


def _lines(events: pd.DataFrame, identity: pd.DataFrame) -> list[_Line]:
    # In a dump without MMSIs a ship is known by its id there.
    known = identity.dropna(subset=["source_id"])
    ids = dict(zip(known["mmsi"], known["source_id"], strict=True))
    lines = []
    for event in events.to_dict("records"):
        sides = [k for k in (1, 2) if pd.notna(event[f"mmsi_{k}"])]
        lines.append(
            _Line(
                rank=event["rank"],
                tier=event["tier"],
                ships=[_called(event[f"shipname_{k}"], event[f"mmsi_{k}"], ids) for k in sides],
                link="possibly with" if event["event_type"] == "dark_encounter" else "with",
                start=utc(event["start_time"]),
                duration=number(event["duration_h"], 1, "h"),
                contact=percent(event["p_contact"]),
                title=event_title(event["event_type"], event["category"]),
            )
        )
    return lines


def _called(name: str | float, mmsi: int, ids: dict[int, str]) -> str:
    """The name of a ship, else its id in the dump or its MMSI."""
    return str(ids.get(mmsi, mmsi)) if pd.isna(name) else str(name)
