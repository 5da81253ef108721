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
    min_text_share: float = param(
        0.95,
        "of the first 4,096 bytes; text has nearly no control characters, archives have many [judgement]",
        ge=0,
        le=1,
    )
    max_title_lines: int = param(
        20, "spreadsheets put a title of a few lines above the column names [judgement]", ge=1
    )
    time_format_rows: int = param(
        5_000, "first rows of a time column, by which its format is recognised [judgement]", ge=1
    )
    time_format_share: float = param(
        0.5, "of these rows; a column has one format, so at least half are in it [judgement]", ge=0, le=1
    )
    numeric_id_share: float = param(
        0.5, "a table with fewer numbers among its ids identifies vessels by text [judgement]", ge=0, le=1
    )
    unit_check_rows: int = param(
        50, "fewer rows, or fewer moving vessels, do not show the unit of a column [judgement]", ge=1
    )
    swapped_lat_share: float = param(
        0.2,
        "latitudes beyond 90 degrees, without any such longitude, mean swapped columns [judgement]",
        ge=0,
        le=1,
    )
    max_speed_q99_kn: float = param(
        60.0,
        "quantile 0.99 of speeds; few vessels do more than 40 kn, in tenths nearly all [judgement]",
        gt=0,
    )
    max_median_speed_kn: float = param(
        40.0, "of moving vessels, if all speeds are whole numbers, as tenths of knots are [judgement]", gt=0
    )
    max_table_dimension_m: float = param(
        1_100.0, "M.1371 has room for 1,022 m; this and more is not a length [judgement]", gt=0
    )
    max_table_draught_m: float = param(
        30.0, "M.1371 has room for 25.5 m; this and more is not a draught [judgement]", gt=0
    )
    clock_offset_reports: int = param(
        10, "the median clock offset of fewer reports says little about a station [judgement]", ge=1
    )
    clock_offset_spread_s: int = param(
        5, "reports are received within seconds, so offsets lie close to their median [judgement]", ge=0
    )
    clock_offset_share: float = param(
        0.5,
        "of the reports; with fewer close to the median there is no steady offset [judgement]",
        ge=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("base_clock_agreeing", "base_clock_look_back")
