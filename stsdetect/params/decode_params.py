"""Parameters of reading dumps."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeParams(Checked):
    """How dumps are read."""

    keep_bad_checksums: bool = param(
        False,
        "NMEA 0183 requires a checksum; sentences without one gave wrong positions in real logs [L2, M5]",
    )
    max_clock_lead_s: float = param(
        300.0,
        "after the moment decoding began; later times are not believed, but clocks differ by minutes [J]",
        ge=0,
    )
    max_clock_age_lines: int = param(
        1_000,
        "clock sentences are at most 35 lines apart in logs made on board; one this old has stopped [M5]",
        ge=1,
    )
    base_clock_spread_s: float = param(
        60.0, "base stations report every ten seconds, so a clock a minute off is wrong [L1, M5]", gt=0
    )
    base_clock_look_back: int = param(
        4, "looking back over eight base station reports would keep 0.5 % more messages [M5]", ge=1
    )
    base_clock_agreeing: int = param(
        2,
        "10 of 5,796 base station reports have a wrong time, never two that agree; 96 % have one "
        "that agrees [M5]",
        ge=1,
    )
    copy_window_s: float = param(
        30.0,
        "reports carry their UTC second, so equal bits within a minute are one transmission [L1]",
        ge=0,
        le=59,
    )
    assembly_window_s: float = param(
        10.0, "a receiver passes the parts of a message on at once; relays delay them by seconds [M5]", ge=0
    )
    assembly_window_lines: int = param(
        100,
        "sequence digits of one receiver repeat after ten messages, some 200 lines of a busy feed [J]",
        ge=1,
    )
    pair_window_s: float = param(
        60.0, "part B of type 24 follows part A within a minute (annex 8, 3.22) [L1]", ge=0
    )
    table_static_step_s: float = param(
        360.0,
        "vessels broadcast static data every 6 minutes; tables repeat them on each row, where equal ones "
        "within this step are one report [L1]",
        gt=0,
    )
    max_clock_offset_s: float = param(
        10.0, "receivers keep UTC within a second or two, feeds lag by some seconds [J]", gt=0
    )
    survey_bytes: int = param(
        524_288,
        "first lines of a log, by which its clocks and the order of day and month are known [J]",
        ge=1,
    )
    survey_sentences: int = param(
        500, "first sentences of a log, by which the place of its receive times is known [J]", ge=1
    )
    candidate_spread_s: float = param(
        60.0, "two times on one line, of a receiver and of a server, are seconds apart [J]", gt=0
    )
    min_known_seconds: int = param(
        3, "fewer UTC seconds do not show whether a number on their lines is a time [J]", ge=1
    )
    max_line_step_s: float = param(
        600.0, "from one line of a log to the next; receivers log several a minute, counters leap [J]", gt=0
    )
    max_clock_disagreement_s: float = param(
        600.0, "between a clock in a log and the receive times around it; relays lag by minutes [J]", gt=0
    )
    own_time_share: float = param(
        0.2,
        "of the first messages; fewer receive times are strays in a log that lives by its clocks [M5, J]",
        ge=0,
        le=1,
    )
    max_clock_jump_s: float = param(
        86_400.0,
        "from one RMC or ZDA to the next; a larger jump is believed if the next one agrees [J]",
        gt=0,
    )
    stray_neighbours: int = param(
        5, "lines with a time before and after a line; from these a stray time is known [J]", ge=1
    )
    stray_share: float = param(
        0.8, "of these neighbours; so many agree with one another around a stray time [J]", ge=0.5, le=1
    )
    rollover_spread_s: float = param(
        3_600.0, "around whole rollovers of 1,024 weeks by which a GPS clock is behind [L1, J]", gt=0
    )
    mapping: str = param(
        "", "path of a TOML file that names columns and units of an unknown table; none by default [C]"
    )
    block_bytes: int = param(
        2_097_152, "4 MiB save 5 % of the time and double the memory, 1 MiB costs 15 % [M6]", ge=64
    )
    max_line_bytes: int = param(
        65_536, "sentences have at most 82 characters, envelopes and tag blocks a few hundred [L2, J]", ge=256
    )
    min_text_share: float = param(
        0.95,
        "of the first 4,096 bytes; text has nearly no control characters, archives have many [J]",
        ge=0,
        le=1,
    )
    max_title_lines: int = param(
        20, "spreadsheets put a title of a few lines above the column names [J]", ge=1
    )
    time_format_rows: int = param(
        5_000, "first rows of a time column, by which its format is recognised [J]", ge=1
    )
    time_format_share: float = param(
        0.5, "of these rows; a column has one format, so at least half are in it [J]", ge=0, le=1
    )
    date_order_share: float = param(
        0.01, "of the dates must have a day above 12 to show the order; fewer may be junk [J]", ge=0, le=1
    )
    date_order_dissent: float = param(
        0.2,
        "of the dates with a day above 12 may fit the other order only; more contradict [J]",
        ge=0,
        le=0.5,
    )
    numeric_id_share: float = param(
        0.5, "a table with fewer numbers among its ids identifies vessels by text [J]", ge=0, le=1
    )
    unit_check_rows: int = param(
        50, "fewer rows, or fewer moving vessels, do not show the unit of a column [J]", ge=1
    )
    unit_check_cells: int = param(
        5, "fewer cells that show another unit may be junk; with less, no unit is doubted [J]", ge=1
    )
    unit_check_dissent: float = param(
        0.05, "of the values may contradict what the others show of the unit; they are junk [J]", ge=0, le=1
    )
    swapped_lat_share: float = param(
        0.2,
        "latitudes beyond 90 degrees, with hardly any such longitude, mean swapped columns [J]",
        ge=0,
        le=1,
    )
    max_speed_q99_kn: float = param(
        60.0,
        "quantile 0.99 of speeds; few vessels do more than 40 kn, in tenths nearly all [J]",
        gt=0,
    )
    max_median_speed_kn: float = param(
        40.0, "of moving vessels, if all speeds are whole numbers, as tenths of knots are [J]", gt=0
    )
    max_course_share: float = param(
        0.2, "of the courses may lie beyond a circle; in tenths of degrees most do [J]", ge=0, le=1
    )
    max_message_draught_m: float = param(
        25.5, "M.1371 has no draught above it, so a column with most above is not in metres [L1]", gt=0
    )
    max_table_dimension_m: float = param(
        1_100.0, "M.1371 has room for 1,022 m; this and more is not a length [J]", gt=0
    )
    max_table_draught_m: float = param(
        30.0, "M.1371 has room for 25.5 m; this and more is not a draught [J]", gt=0
    )
    clock_offset_reports: int = param(
        10, "the median clock offset of fewer reports is too uncertain [J]", ge=1
    )
    clock_offset_spread_s: int = param(
        5, "reports are received within seconds, so offsets lie close to their median [J]", ge=0
    )
    clock_offset_share: float = param(
        0.5,
        "of the reports; with fewer close to the median there is no steady offset [J]",
        ge=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("base_clock_agreeing", "base_clock_look_back")
