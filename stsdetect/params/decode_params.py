"""Parameters of reading dumps."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeParams(Checked):
    """Reading dumps."""

    keep_bad_checksums: bool = param(
        False, "NMEA 0183 says drop; a lost checksum has let through wrong positions"
    )
    max_clock_age_lines: int = param(
        1_000,
        "measured: RMC come at most 35 lines apart in logs on board; one so old has stopped",
        ge=1,
    )
    base_clock_spread_s: float = param(
        60.0, "base stations report every ten seconds; a clock a minute off is wrong (real set: bcl)", gt=0
    )
    base_clock_look_back: int = param(4, "measured: eight would keep 0.5 % more of the reports", ge=1)
    base_clock_agreeing: int = param(
        2,
        "measured: 10 of 5,796 reports are off by minutes to years; none of them has two, 96 % of all have",
        ge=1,
    )
    copy_window_s: float = param(
        30.0,
        "reports carry their UTC second, so equal bits within a minute are one transmission",
        ge=0,
        le=59,
    )
    assembly_window_s: float = param(
        10.0, "parts leave a receiver at once; relays held them for up to a few seconds", ge=0
    )
    assembly_window_lines: int = param(
        100, "sequence numbers of one receiver come round after ten messages, some 200 lines", ge=1
    )
    pair_window_s: float = param(
        60.0, "M.1371 annex 8, 3.22: part B of type 24 follows part A within one minute", ge=0
    )
    max_clock_offset_s: float = param(
        10.0, "receivers keep UTC within a second or two; feeds lag some seconds", gt=0
    )
    mapping: str = param("", "path of a TOML file that names the columns and units of an unknown table")
    block_bytes: int = param(
        2_097_152, "measured: 4 MiB save 5 % and take twice the memory, 1 MiB cost 15 %", ge=64
    )
    max_line_bytes: int = param(
        65_536, "NMEA sentences have 82 characters; envelopes and tag blocks a few hundred", ge=256
    )

    def _cross_check(self) -> None:
        self._ordered("base_clock_agreeing", "base_clock_look_back")
