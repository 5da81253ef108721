"""The books of one input file: everything that went in is out, set aside or rejected with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import polars as pl

from stsdetect.schema import REJECTS

NOT_AIS = "not AIS"
"""Format of a table found in a folder that holds no positions, such as a list of ports."""
_N_SAMPLES = 3
_SAMPLE_CHARS = 200


@dataclass
class DecodeReport:
    """What became of one input file.

    Every row or sentence has one fate, so that
    ``rows_in == rows_out + sum(set_aside.values()) + rejected``.

    Attributes
    ----------
    source : str
        Name of the file, relative to the folder given.
    sha256 : str
        Digest of the file as stored (compressed, if it is).
    n_bytes : int
        Size of the file as stored.
    format : str
        ``nmea``, the name of the table profile, or `NOT_AIS`.
    rows_in : int
        Lines of a log (a further sentence on the same line counts as one more), or rows of a table.
    rows_out : int
        Of these, how many gave a position, a static report or both.
    positions_out, static_out : int
        Rows written.
    set_aside : dict
        Sound but not passed on: other message types, copies, joined parts, outside the time or area
        asked for.
    counts : dict
        Further counts: messages by type, odd lengths, glued sentences, ...
    time_kinds : dict
        Messages by where their receive time was found.
    stations : dict
        Station to messages and median clock offset [s], receive time minus the second that the ship sent.
    warnings : list of str
        What the analyst should know.
    """

    source: str
    sha256: str = ""
    n_bytes: int = 0
    format: str = ""
    rows_in: int = 0
    rows_out: int = 0
    positions_out: int = 0
    static_out: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    time_kinds: Counter[str] = field(default_factory=Counter)
    stations: dict[str, dict[str, float | None]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    start_ms: int | None = None
    end_ms: int | None = None
    cut: bool = False
    """Whether only the beginning was asked for and there is more."""
    _rejected: Counter[str] = field(default_factory=Counter)
    _samples: dict[str, list[str]] = field(default_factory=dict)

    def note_span(self, positions: pl.DataFrame) -> None:
        """Widen the span of time by some positions."""
        if positions.height:
            low, high = positions.select(
                pl.col("ms").min().alias("low"), pl.col("ms").max().alias("high")
            ).row(0)
            self.start_ms = low if self.start_ms is None else min(low, self.start_ms)
            self.end_ms = high if self.end_ms is None else max(high, self.end_ms)

    def reject(self, reason: str, count: int, samples: Iterable[str] = ()) -> None:
        """Note dropped rows; of the samples the first few are kept."""
        if not count:
            return
        self._rejected[reason] += int(count)
        kept = self._samples.setdefault(reason, [])
        for sample in samples:
            if len(kept) >= _N_SAMPLES:
                break
            kept.append(_printable(sample))

    @property
    def rejected(self) -> dict[str, int]:
        """Rejected rows by reason."""
        return dict(self._rejected)

    @property
    def closes(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows_in == self.rows_out + self.set_aside.total() + self._rejected.total()

    @property
    def rejects(self) -> pd.DataFrame:
        """REJECTS of the file."""
        rows = [
            {
                "stage": "decode",
                "source": self.source,
                "reason": reason,
                "count": count,
                "sample": "\n".join(self._samples.get(reason, [])) or None,
            }
            for reason, count in self._rejected.items()
        ]
        return REJECTS.to_pandas(pl.DataFrame(rows, schema=REJECTS.polars_schema))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for ``run.json``."""
        return {
            "source": self.source,
            "sha256": self.sha256,
            "n_bytes": self.n_bytes,
            "format": self.format,
            "rows_in": self.rows_in,
            "rows_out": self.rows_out,
            "positions_out": self.positions_out,
            "static_out": self.static_out,
            "set_aside": dict(self.set_aside),
            "rejected": self.rejected,
            "counts": dict(self.counts),
            "time_kinds": dict(self.time_kinds),
            "stations": self.stations,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "warnings": list(self.warnings),
            "rejects": self.rejects.astype(object).where(self.rejects.notna(), None).to_dict("records"),
        }


def _printable(text: str) -> str:
    """A sample that cannot disturb a terminal or a table."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_SAMPLE_CHARS])
