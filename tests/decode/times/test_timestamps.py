"""Numbers and text of many forms become milliseconds since 1970 UTC."""

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from stsdetect.decode.times.timestamps import (
    EARLIEST_MS,
    TIME_FORMATS,
    TimeFormat,
    epoch_ms,
    latest_ms,
    time_format,
)
from stsdetect.errors import DecodeError
from stsdetect.itu import FIRST_AIS_YEAR
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, table_text


def test_ambiguous_dates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"ambiguous.*'03/04/2021 00:00'.*day or month"):
        read_table(tmp_path, table_text(20, time="03/04/2021 00:{k:02d}"))
    day = read_table(tmp_path, table_text(20, time="13/04/2021 00:{k:02d}"))
    month = read_table(tmp_path, table_text(20, time="04/13/2021 00:{k:02d}"))
    assert day.positions["timestamp"].equals(month.positions["timestamp"])


DAYS_12, DAY_13, MONTH_13 = ["03/04/2021 00:00"], ["13/04/2021 00:00"], ["04/13/2021 00:00"]


@pytest.mark.parametrize(
    ("times", "day_first", "order"),
    [
        (DAYS_12 * 99 + DAY_13, False, "day_first"),
        (DAYS_12 * 200 + DAY_13, False, "ambiguous"),  # one in 201 may be junk
        (DAY_13 * 8 + MONTH_13 * 2, False, "day_first"),
        (DAY_13 * 7 + MONTH_13 * 3, False, "contradict each other: '13/04/2021 00:00'.*'04/13/2021 00:00'"),
        (DAYS_12 * 9, True, "day_first"),
        (DAYS_12 * 9 + MONTH_13, True, "day_first"),
        (DAYS_12 * 5 + MONTH_13 * 5, True, "month_first"),  # a Danish table that went through a spreadsheet
        (["99/99/2021 00:00"] * 5 + DAYS_12, False, "ambiguous"),
    ],
)
def test_dates_vote_for_their_order(times: list[str], day_first: bool, order: str) -> None:
    column = pl.Series("t", times)
    if order in TIME_FORMATS:
        found = time_format(column, source="a.csv", params=DecodeParams(), day_first=day_first)
        assert found.order == order
    else:
        with pytest.raises(DecodeError, match=f"(?s){order}.*--mapping"):
            time_format(column, source="a.csv", params=DecodeParams(), day_first=day_first)


def test_a_date_that_fits_the_other_order_only_is_not_read() -> None:
    column = pl.Series("t", DAY_13 * 8 + MONTH_13)
    assert epoch_ms(column, time_format(column, source="", params=DecodeParams())).is_null().to_list() == [
        *[False] * 8,
        True,
    ]


@pytest.mark.parametrize(
    ("word", "zone", "hour"),
    [
        ("CST", "Asia/Shanghai", 5),
        ("CST", "America/Chicago", 19),
        ("CST", "+08:00", 5),
        ("CST", "Europe/Oslo", None),
        ("IST", "Asia/Kolkata", 7),
        ("GST", "Asia/Dubai", 9),
        ("", "Asia/Shanghai", 5),
        ("", "-03:30", 16),
        ("UTC", "Asia/Shanghai", 13),
    ],
)
def test_the_zone_of_a_column_settles_an_abbreviation(word: str, zone: str, hour: int | None) -> None:
    ms = epoch_ms(pl.Series([f"2023-11-14 13:05:00 {word}"]), TimeFormat("iso", zone))[0]
    assert (None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).hour) == hour


def test_days_of_a_spreadsheet() -> None:
    form = TimeFormat("excel")
    for column in (pl.Series([45244.5, None, 1e300]), pl.Series(["45244.5", "noon", "nan"])):
        assert epoch_ms(column, form).to_list() == [1_699_963_200_000, None, None]
    assert epoch_ms(pl.Series([45244.5]), TimeFormat("excel", "+08:00")).to_list() == [1_699_934_400_000]


def test_unix_times_may_have_a_decimal_comma() -> None:
    column = pl.Series("t", ["1700000000,25", "1700000001,5"])
    form = time_format(column, source="", params=DecodeParams())
    assert epoch_ms(column, form).to_list() == [1_700_000_000_250, 1_700_000_001_500]


def test_times_of_day_and_durations_are_not_times() -> None:
    for column in (pl.Series(["13:05:00"]).str.to_time(), pl.Series([5]).cast(pl.Duration("ms"))):
        assert epoch_ms(column, TimeFormat("iso")).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2024-02-29T12:00:00", "iso", "2024-02-29T12:00:00+00:00"),
        ("2024-02-29 12:00:00.25", "iso", "2024-02-29T12:00:00.250+00:00"),
        ("2024/02/29 12:00", "iso", "2024-02-29T12:00:00+00:00"),
        ("20240229_120001", "iso", "2024-02-29T12:00:01+00:00"),
        ("2024-02-29T12:00:00+05:30", "iso", "2024-02-29T06:30:00+00:00"),
        ("2024-02-29T12:00:00-0330", "iso", "2024-02-29T15:30:00+00:00"),
        ("2024-02-29 12:00:00 UTC", "iso", "2024-02-29T12:00:00+00:00"),
        ("29.02.2024 12:00", "day_first", "2024-02-29T12:00:00+00:00"),
        ("2/29/2024 1:00", "month_first", "2024-02-29T01:00:00+00:00"),
        ("1709208000", "epoch", "2024-02-29T12:00:00+00:00"),
        ("1709208000.5", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500999", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("1709208000500999999", "epoch", "2024-02-29T12:00:00.500+00:00"),
        ("2023-02-29T12:00:00", "iso", None),
        ("29/02/2024 12:00", "month_first", None),
        ("soon", "iso", None),
        ("soon", "epoch", None),
        (None, "iso", None),
    ],
)
def test_text_becomes_milliseconds(text: str | None, form: str, expected: str | None) -> None:
    ms = None if expected is None else round(datetime.fromisoformat(expected).timestamp() * 1000)
    # Beside plain times, so that both parsers are used.
    column = pl.Series("t", [text, "2024-01-01T00:00:00", None], dtype=pl.String)
    assert epoch_ms(column, TimeFormat(form))[0] == ms


@pytest.mark.parametrize(
    ("times", "form"),
    [
        (["2024-05-01 00:00:00"], "iso"),
        (["13/04/2021 00:00"], "day_first"),
        (["04/13/2021 00:00"], "month_first"),
        (["1700000000", "1700000000.5", "soon"], "epoch"),
        (["1700000000", "soon"], "iso"),
        (["13/04/2021 00:00", "soon"], "day_first"),
        (["13/04/2021 00:00", "soon", "later"], "iso"),
        ([None], "iso"),
    ],
)
def test_the_format_is_that_of_at_least_half_the_values(times: list[str | None], form: str) -> None:
    column = pl.Series("t", times, dtype=pl.String)
    assert time_format(column, source="a.csv", params=DecodeParams()).order == form


def test_numbers_and_dates_need_no_format() -> None:
    assert time_format(pl.Series("t", [1.5]), source="a.csv", params=DecodeParams()).order == "epoch"
    day = pl.Series("t", [date(2024, 2, 29)])
    assert time_format(day, source="a.csv", params=DecodeParams()).order == "iso"
    for column in (day, day.cast(pl.Datetime), day.cast(pl.Datetime("us", "UTC"))):
        assert epoch_ms(column, TimeFormat("iso")).to_list() == [1_709_164_800_000]


def test_receive_times_begin_with_the_first_year_of_ais() -> None:
    assert datetime.fromtimestamp(EARLIEST_MS / 1000, UTC) == datetime(FIRST_AIS_YEAR, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # One clock word decides with the column: a time without it is ambiguous.
        (["11/14/2023 1:05:00 PM", "11/14/2023 11:05:00 AM", "11/14/2023 2:05:00"], [13, 11, None]),
        (["2023-11-14 13:05:00 MSK", "2023-11-14 14:05:00 MSK", "2023-11-14 15:05:00"], [10, 11, None]),
        (["2023-11-14 13:05:00", "2023-11-14 14:05:00", "2023-11-14 03:05:00 PM"], [13, 14, 15]),
        (["2023-11-14 13:05:00", "2023-11-14 14:05:00", "2023-11-14 15:05:00 CST"], [13, 14, None]),
    ],
)
def test_a_clock_word_decides_with_the_column(times: list[str], expected: list[int | None]) -> None:
    column = pl.Series("t", times)
    ms = epoch_ms(column, time_format(column, source="a.csv", params=DecodeParams()))
    hours = [None if m is None else datetime.fromtimestamp(m / 1000, UTC).hour for m in ms.to_list()]
    assert hours == expected


@pytest.mark.parametrize("text", ["1.7E+09", "1.7000000001E9", "20231114", "170000000012"])
def test_numbers_that_are_no_times(text: str) -> None:
    column = pl.Series("t", ["1700000000", "1700000001", text])
    form = time_format(column, source="a.csv", params=DecodeParams())
    assert epoch_ms(column, form)[2] is None or not 0 < epoch_ms(column, form)[2] - EARLIEST_MS < 10**12


def test_fourteen_digits_are_a_date() -> None:
    for column in (
        pl.Series("t", ["20231114221321"]),
        pl.Series("t", [20231114221321]),
        pl.Series("t", [20231114221321.0]),
    ):
        form = time_format(column, source="a.csv", params=DecodeParams())
        assert epoch_ms(column, form).to_list() == [1_700_000_001_000]


def test_times_after_the_beginning_of_decoding_are_not_believed() -> None:
    began = datetime(2024, 1, 1, tzinfo=UTC)
    assert latest_ms(began, DecodeParams(max_clock_lead_s=60)) == 1_704_067_260_000
