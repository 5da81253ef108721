"""The tally of a file closes, and samples of rejected rows are few, short and printable."""

import json

import polars as pl

from stsdetect.decode.accounting import DecodeReport


def test_the_tally_closes_when_rows_in_are_out_set_aside_or_rejected() -> None:
    report = DecodeReport("a.nmea", rows_in=6, rows_out=3)
    report.set_aside["copies"] += 2
    assert not report.closes
    report.reject("bad_checksum", 1)
    assert report.closes


def test_the_first_three_samples_of_a_reason_are_kept_shortened_and_printable() -> None:
    report = DecodeReport("a.nmea")
    report.reject("bad_checksum", 2, ["one\x1b[2J", "2" * 300])
    report.reject("bad_checksum", 2, ["three", "four"])
    (row,) = report.rejects.to_dicts()
    assert (row["stage"], row["source"], row["count"]) == ("decode", "a.nmea", 4)
    assert row["sample"].split("\n") == ["one [2J", "2" * 200, "three"]


def test_nothing_rejected_gives_no_row() -> None:
    report = DecodeReport("a.nmea")
    report.reject("bad_checksum", 0, ["never"])
    assert report.rejected == {}
    assert report.rejects.height == 0


def test_the_period_is_extended_by_positions_only() -> None:
    report = DecodeReport("a.nmea")
    report.extend_period(pl.DataFrame({"ms": []}, schema={"ms": pl.Int64}))
    assert (report.start_ms, report.end_ms) == (None, None)
    for ms in ([20, 30], [10, 25]):
        report.extend_period(pl.DataFrame({"ms": ms}))
    assert (report.start_ms, report.end_ms) == (10, 30)


def test_the_report_of_a_run_is_plain_json() -> None:
    report = DecodeReport("a.nmea", rows_in=1)
    report.reject("no_time", 1)
    data = json.loads(json.dumps(report.to_dict()))
    assert data["rejected"] == {"no_time": 1}
    assert data["rejects"] == [
        {"stage": "decode", "source": "a.nmea", "reason": "no_time", "count": 1, "sample": None}
    ]
