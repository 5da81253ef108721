"""An analyst's verdicts on events: a CSV with one line per verdict; the last one on an event counts."""

from __future__ import annotations

import csv
import warnings
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import pandas as pd
import polars as pl

from stsdetect.errors import ContextError, StsWarning
from stsdetect.foreign_text import made_visible, neutral_cell
from stsdetect.lists.text_table import read_text_table
from stsdetect.schema import ENCOUNTERS, EVENTS, Frame, Table
from stsdetect.schema.table import Column
from stsdetect.score.metrics import wilson

Verdict = Literal["confirmed", "refused", "unsure"]
"""Whether the two hulls truly lay alongside each other, in the analyst's judgement."""

LABELS = Table(
    "labels",
    "An analyst's verdict on one event.",
    (
        Column("event_id", "string", "event"),
        Column("verdict", "string", "confirmed, refused or unsure: whether the hulls lay alongside"),
        Column("labelled_at", "timestamp", "when the verdict was given", "UTC"),
        Column("note", "string", "in the analyst's words", null=True),
    ),
    ("event_id",),
)


_KNOWN = {"event_id": "event(?:id)?", "verdict": "verdict", "labelled_at": "labell?edat", "note": "notes?"}
"""Names of columns as `plain_header` has them."""


def write_label(
    path: str | Path,
    event_id: str,
    verdict: Verdict,
    *,
    note: str = "",
    at: datetime,
    events: Frame | None = None,
) -> None:
    """Append a verdict to a CSV, which is created where it does not exist.

    Parameters
    ----------
    path : str or Path
        The CSV.
    event_id : str
        Event of a run, as in `EVENTS.event_id`.
    verdict : str
        confirmed, refused or unsure.
    note : str
        The reason, in the analyst's words.
    at : datetime
        When the verdict was given, with a time zone.
    events : EVENTS frame, optional
        Events of the run; an `event_id` that is not among them is refused.

    Raises
    ------
    ContextError
        When the verdict or the event is unknown, or the file exists and is not a file of verdicts, or has
        other columns or separators than a new one.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "labels.csv"
    ...     write_label(file, "event-1", "confirmed", at=datetime(2026, 1, 1, tzinfo=UTC))
    ...     read_labels(file)["verdict"].tolist()
    ['confirmed']
    """
    if verdict not in get_args(Verdict):
        raise ContextError(f"unknown verdict '{verdict}'; known: {', '.join(get_args(Verdict))}.")
    if events is not None and event_id not in set(EVENTS.validate(events)["event_id"]):
        raise ContextError(f"there is no event '{event_id}' in this run; events.csv lists them.")
    path = Path(path)
    new = not path.exists()
    if not new:
        read_labels(path)
    ends_in_a_line = new or _ends_in_a_line_of_ours(path)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(LABELS.names)
        if not ends_in_a_line:
            file.write("\r\n")
        when = at.isoformat(timespec="milliseconds")
        first, *more = note.split("\n")
        shown = "\n".join([neutral_cell(first), *map(made_visible, more)])
        writer.writerow([event_id, verdict, when, shown])


def read_labels(path: str | Path) -> pd.DataFrame:
    """Read verdicts; of several on one event the last line counts.

    Parameters
    ----------
    path : str or Path
        CSV with the columns `event_id` and `verdict`, and optionally `labelled_at` [ISO 8601] and `note`;
        also as a spreadsheet saves it, with semicolons.

    Returns
    -------
    pandas.DataFrame
        LABELS, one row per event.

    Raises
    ------
    ContextError
        When the file is missing or lacks a column, or a verdict or a time cannot be read.
    """
    table = read_text_table(Path(path), "labels", _KNOWN, needed=("event_id", "verdict"))
    event_ids, verdicts, times, notes = (table.first(c) for c in LABELS.names)
    given = table.columns[0]
    if missing := [c for c in ("event_id", "verdict") if c not in given]:
        raise ContextError(
            f"labels {path} lack the column(s) {', '.join(missing)}; present: {', '.join(table.headers[0])}."
        )
    known = get_args(Verdict)
    odd = [i for i, v in enumerate(verdicts) if v is None or v.lower() not in known or event_ids[i] is None]
    if odd:
        sample = [(verdicts[i] or "")[:40] for i in odd[:3]]
        raise ContextError(
            f"labels {path}: {len(odd)} verdict(s) are none of {', '.join(known)} or name no event, for "
            f"example {sample} ({table.lines(odd)} of the file)."
        )
    for remark in table.remarks:
        warnings.warn(remark, StsWarning, stacklevel=2)
    try:
        at = pd.to_datetime(
            pd.Series([t or "1970-01-01" for t in times], dtype="str"), utc=True, format="ISO8601"
        )
    except ValueError as error:
        raise ContextError(f"labels {path}: a time is not ISO 8601: {error}") from error
    frame = pd.DataFrame(
        {
            "event_id": event_ids,
            "verdict": [(v or "").lower() for v in verdicts],
            "labelled_at": at.astype("datetime64[ms, UTC]"),
            "note": [n or "" for n in notes],
        }
    ).astype({"event_id": "str", "verdict": "str", "note": "str"})
    return LABELS.to_pandas(frame.drop_duplicates("event_id", keep="last"))


def _ends_in_a_line_of_ours(path: Path) -> bool:
    """Whether a file of verdicts ends with a whole line."""
    data = path.read_bytes()
    if data.splitlines()[:1] != [",".join(LABELS.names).encode()]:
        raise ContextError(
            f"labels {path}: another program saved it with other columns or separators, so a verdict would "
            "not fit in; write verdicts to a new file."
        )
    return data.endswith((b"\n", b"\r"))


def labelled_encounters(labels: Frame, events: Frame, encounters: Frame) -> pl.DataFrame:
    """Encounters of a run with a verdict that is not unsure, to train the contact model on.

    Parameters
    ----------
    labels : LABELS frame
    events : EVENTS frame
    encounters : ENCOUNTERS frame

    Returns
    -------
    polars.DataFrame
        ENCOUNTERS with `contact`, true where confirmed; unsure verdicts and dark encounters are left out.
    """
    sure = LABELS.validate(labels).filter(pl.col("verdict") != "unsure")
    named = EVENTS.validate(events).select("event_id", encounter_id="source_id")
    known = sure.join(named, on="event_id", maintain_order="left").select(
        "encounter_id", contact=pl.col("verdict") == "confirmed"
    )
    return (
        ENCOUNTERS.validate(encounters)
        .join(known, on="encounter_id", maintain_order="left")
        .sort(ENCOUNTERS.sort_by, maintain_order=True)
    )


def verdict_figures(labels: Frame, events: Frame) -> pd.DataFrame:
    """How well tiers and `p_contact` of a run agree with the verdicts.

    Parameters
    ----------
    labels : LABELS frame
    events : EVENTS frame

    Returns
    -------
    pandas.DataFrame
        One row per tier from high to info, and one for `all`: `events`; `confirmed`, `refused` and `unsure`
        verdicts; `confirmed_share`, of confirmed and refused together, with `low` and `high` of Wilson's 95 %
        interval; and `brier`, the mean squared error of `p_contact` on them.
    """
    rows = EVENTS.validate(events).select("event_id", "tier", "p_contact")
    rows = rows.join(
        LABELS.validate(labels).select("event_id", "verdict"),
        on="event_id",
        how="left",
        maintain_order="left",
    )
    found = []
    for tier in ("high", "medium", "low", "info", "all"):
        part = rows if tier == "all" else rows.filter(pl.col("tier") == tier)
        counts = {v: part.filter(pl.col("verdict") == v).height for v in get_args(Verdict)}
        sure = part.filter(pl.col("verdict").is_in(["confirmed", "refused"]))
        error = sure["p_contact"] - (sure["verdict"] == "confirmed").cast(pl.Float64)
        low, high = wilson(counts["confirmed"], sure.height)
        found.append(
            {
                "tier": tier,
                "events": part.height,
                **counts,
                "confirmed_share": counts["confirmed"] / sure.height if sure.height else float("nan"),
                "low": low,
                "high": high,
                "brier": (error**2).mean() if sure.height else float("nan"),
            }
        )
    return pd.DataFrame(found)
