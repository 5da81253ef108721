"""The tally of one input file: every row read is passed on, set aside or rejected with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from stsdetect.foreign_text import made_visible
from stsdetect.schema import REJECTS

NOT_AIS = "not AIS"
"""Format of a file that was found in a folder and is not AIS, such as a list of ports."""
_N_SAMPLES = 3
_SAMPLE_CHARS = 200


@dataclass
class DecodeReport:
    """What became of the rows of one input file.

    A row of a table or a sentence of a log is counted exactly once, so that
    ``rows_in == rows_out + sum(set_aside.values()) + sum(rejected.values())``.

    Attributes
    ----------
    source : str
        Name of the file, relative to the folder given; for a member of an archive the name of the archive
        stands before it.
    sha256 : str
        Digest of the file as stored (compressed, if it is); of a member of an archive, unpacked.
    n_bytes : int
        Size of the same.
    format : str
        ``nmea``, the name of the table profile, or `NOT_AIS`.
    rows_in : int
        Lines of a log (each further sentence on the same line counts as one more), or rows of a table.
    rows_out : int
        Of these, the ones that gave a position, a static report or both.
    positions_out, static_out : int
        Rows written.
    set_aside : dict
        Valid but not passed on, by reason: other message types, copies, joined parts, outside the period
        or area asked for.
    counts : dict
        Further counts: messages by type, unusual lengths, several sentences on a line, ...
    time_kinds : dict
        Messages by where their receive time was found.
    stations : dict
        Station to number of position reports and median clock offset [s]: receive time minus the UTC second
        in the report.
    lost_values : Counter
        Values that were not understood and became null, by field; those that mean "not available" are not
        counted.
    warnings : list of str
        What the analyst should know.
    left_out : str
        Why the file, which is or may be AIS, was left out; empty if it was read.
    not_ais : str
        Why the file is not AIS; empty if it is. `format` is `NOT_AIS` then.
    start_ms, end_ms : int or None
        First and last receive time [ms since 1970 UTC]; None without positions.

    Examples
    --------
    >>> report = DecodeReport("a.nmea", rows_in=3, rows_out=2)
    >>> report.reject("bad_checksum", 1, ["!AIVDM,..."])
    >>> report.rejected, report.closes
    ({'bad_checksum': 1}, True)
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
    lost_values: Counter[str] = field(default_factory=Counter)
    left_out: str = ""
    not_ais: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    table: dict[str, Any] = field(default_factory=dict)
    """How a table is read: its columns by field with a value before and after, order of the date, zone."""
    cut: bool = False
    """Whether only the beginning of the file was read."""
    _rejected: Counter[str] = field(default_factory=Counter)
    lost_samples: dict[str, list[str]] = field(default_factory=dict)
    """The first different values of each field in `lost_values`."""
    _samples: dict[str, list[str]] = field(default_factory=dict)

    def extend_period(self, positions: pl.DataFrame) -> None:
        """Extend the period from `start_ms` to `end_ms` so that it contains some positions."""
        if positions.height:
            first, last = positions.select(
                pl.col("ms").min().alias("first"), pl.col("ms").max().alias("last")
            ).row(0)
            self.start_ms = first if self.start_ms is None else min(first, self.start_ms)
            self.end_ms = last if self.end_ms is None else max(last, self.end_ms)

    def reject(self, reason: str, count: int, samples: Iterable[str] = ()) -> None:
        """Count rejected rows; the first few samples per reason are kept."""
        if not count:
            return
        self._rejected[reason] += int(count)
        kept = self._samples.setdefault(reason, [])
        for sample in samples:
            if len(kept) >= _N_SAMPLES:
                break
            kept.append(made_visible(sample[:_SAMPLE_CHARS]))

    def enter_static(self, static_out: int = 0, **set_aside: int) -> None:
        """Enter what became of the static reports once those of all files are together.

        Examples
        --------
        >>> report = DecodeReport("a.nmea", rows_in=3, rows_out=3, static_out=3)
        >>> report.enter_static(static_out=1, static_unchanged=2)
        >>> report.static_out, report.rows_out, report.closes
        (1, 1, True)
        """
        self.static_out = static_out
        for reason, n in set_aside.items():
            if n:
                self.set_aside[reason] += n
                self.rows_out -= n

    def lose(self, field: str, count: int, samples: Iterable[str] = ()) -> None:
        """Count values of a field that became null since they were not understood; samples are kept.

        Examples
        --------
        >>> report = DecodeReport("a.csv")
        >>> report.lose("draught", 2, ["deep", "9,5 m"])
        >>> report.lost_values["draught"], report.lost_samples["draught"]
        (2, ['deep', '9,5 m'])
        """
        if not count:
            return
        self.lost_values[field] += int(count)
        kept = self.lost_samples.setdefault(field, [])
        for sample in samples:
            text = made_visible(sample[:_SAMPLE_CHARS])
            if len(kept) < _N_SAMPLES and text not in kept:
                kept.append(text)

    @property
    def rejected(self) -> dict[str, int]:
        """Rejected rows by reason."""
        return dict(self._rejected)

    @property
    def closes(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows_in == self.rows_out + self.set_aside.total() + self._rejected.total()

    @property
    def rejects(self) -> pl.DataFrame:
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
        return pl.DataFrame(rows, schema=REJECTS.polars_schema).sort(REJECTS.sort_by, maintain_order=True)

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
            "lost_values": {
                name: {"count": n, "samples": self.lost_samples.get(name, [])}
                for name, n in self.lost_values.items()
            },
            "table": self.table,
            "time_kinds": dict(self.time_kinds),
            "stations": self.stations,
            "start_ms": self.start_ms,
            "end_ms": self.end_ms,
            "warnings": list(self.warnings),
            "left_out": self.left_out,
            "not_ais": self.not_ais,
            "rejects": self.rejects.to_dicts(),
        }
