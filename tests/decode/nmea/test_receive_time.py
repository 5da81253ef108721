"""The receive time is found in each place where logs have it, and nowhere else."""

from pathlib import Path

import pandas as pd
import pytest

from stsdetect.errors import DecodeError
from tests.builders import decode as build
from tests.builders.decode import T, read_log

WHEN = pd.Timestamp(T, unit="s", tz="UTC")


LINE = build.position()


SUM = LINE[-2:]

WRAPPER_WITHOUT_SUM = build.dollar_line("PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,")


@pytest.mark.parametrize(
    ("lines", "kind", "station"),
    [
        ([build.tagged(LINE, T)], "tag_block", None),
        ([build.tagged(LINE, T, station="2573310")], "tag_block", "2573310"),
        ([build.tagged(LINE, T * 1000, station="sat")], "tag_block", "sat"),
        ([build.tag_block("s:north") + build.tag_block(f"c:{T}") + LINE], "tag_block", "north"),
        ([f"{LINE},r003669708,{T}"], "trailing", "r003669708"),
        ([f"{LINE},s28320,d-098,T33.71,r003669973,{T}"], "trailing", "r003669973"),
        ([f"{LINE},{T}"], "trailing", None),
        ([f"{LINE},{T},{T + 9}"], "trailing", None),
        ([build.dollar_line(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{SUM}"), LINE], "pghp", "2190047"),
        ([f"{T} {LINE}"], "prefix", None),
        ([f"{T}000;{LINE}"], "prefix", None),
        ([f"{T}000000000 {LINE}"], "prefix", None),
        ([f"2023-11-14T22:13:20Z {LINE}"], "prefix", None),
        ([f"2023-11-14 23:13:20+01:00;{LINE}"], "prefix", None),
        ([f"[2023/11/14 22:13:20] udp: {LINE}"], "prefix", None),
        ([f'{{"class":"AIS","rxuxtime":{T},"nmea":["{LINE}"]}}'], "json", None),
        ([f'{{"class":"AIS","rxtime":"20231114221320","nmea":["{LINE}"]}}'], "json", None),
        # Behind the checksum: any unit, with and without station, date and time, AIS-catcher on a screen.
        ([f"{LINE},{T}000"], "trailing", None),
        ([f"{LINE},{T}000000"], "trailing", None),
        ([f"{LINE},{T}000000000"], "trailing", None),
        ([f"{LINE},r003669708,{T}000"], "trailing", "r003669708"),
        ([f"{LINE},{T}.000,r003669708"], "trailing", "r003669708"),
        ([f"{LINE};{T}"], "trailing", None),
        ([f"{LINE}\t{T}"], "trailing", None),
        ([f"{LINE},2023-11-14T22:13:20Z"], "trailing", None),
        ([f"{LINE}\t2023-11-14 22:13:20"], "trailing", None),
        ([f"{LINE} ( MSG: 1, REPEAT: 0, MMSI: 412000001, timestamp: 20231114221320)"], "trailing", None),
        ([f"{LINE} ( MSG: 1, rxtime: 20231114221320, ppm: 0.5)"], "trailing", None),
        # Before the sentence: what loggers, syslog and spreadsheets write.
        ([f"2023-11-14-22:13:20.000 {LINE}"], "prefix", None),
        ([f"14/11/2023 22:13:20 {LINE}"], "prefix", None),
        ([f"11/14/2023 10:13:20 PM {LINE}"], "prefix", None),
        ([f"20231114221320 {LINE}"], "prefix", None),
        ([f"<13>1 2023-11-14T22:13:20.000Z host ais 7 - - {LINE}"], "prefix", None),
        ([f"({T}.000000) {LINE}"], "prefix", None),
        ([f'7;2023-11-14;22:13:20;"{LINE}"'], "prefix", None),
        # In tag blocks: decimals, text of ORBCOMM.
        ([build.tag_block(f"c:{T}.000") + LINE], "tag_block", None),
        ([build.tag_block("s:sat,T:2023-11-14 22.13.20") + LINE], "tag_block", "sat"),
        ([build.tag_block("s:sat,T:2023-11-14T22:13:20Z") + LINE], "tag_block", "sat"),
        # JSON of log shippers, also around other JSON.
        ([f'{{"@timestamp":"2023-11-14T22:13:20.000Z","host":"rx1","message":"{LINE}"}}'], "json", None),
        ([f'{{"meta":{{"received_at":"2023-11-14T22:13:20Z"}},"nmea":"{LINE}"}}'], "json", None),
        ([f'ais/rx1 {{"ts":{T},"nmea":"{LINE}"}}'], "json", None),
        # The wrapper in another column of the row.
        ([f'"{LINE}","{WRAPPER_WITHOUT_SUM}"'], "pghp", "2190047"),
        ([f'"{WRAPPER_WITHOUT_SUM}","{LINE}"'], "pghp", "2190047"),
        ([f"{LINE};{WRAPPER_WITHOUT_SUM}"], "pghp", "2190047"),
        ([build.dollar_line("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A"), "junk", LINE], "gps_clock", None),
        ([build.dollar_line("GPZDA,221320.00,14,11,2023,00,00"), LINE], "gps_clock", None),
    ],
)  # fmt: skip
def test_the_time_is_read_from_each_place(
    tmp_path: Path, lines: list[str], kind: str, station: str | None
) -> None:
    data = read_log(tmp_path, *lines)
    (row,) = data.positions.to_dict("records")
    assert row["timestamp"] == WHEN
    assert (row["station"] if station else None) == station
    assert dict(data.reports[0].time_kinds) == {kind: 1}


def test_a_tag_block_alone_on_its_line_names_the_station_of_the_next_sentence(tmp_path: Path) -> None:
    data = read_log(tmp_path, "\\si:AISD*3F\\", f"{T} {LINE}", f"{T} {build.class_b()}")
    assert data.positions["station"].isna().tolist() == [False, True]


def test_the_tag_block_wins_over_what_follows_the_checksum(tmp_path: Path) -> None:
    data = read_log(tmp_path, f"{build.tagged(LINE, T)},r003669708,{T + 5}")
    assert data.positions["timestamp"].tolist() == [WHEN]


def test_a_damaged_tag_block_gives_no_time(tmp_path: Path) -> None:
    good = build.tagged(build.class_b(), T)
    data = read_log(tmp_path, build.tagged(LINE, T).replace("c:17", "c:27"), good)
    assert len(data.positions) == 1
    assert data.reports[0].counts["bad_tag_blocks"] == 1
    assert data.reports[0].rejected == {"no_time": 1}


def test_a_group_put_before_an_unchanged_checksum_is_accepted(tmp_path: Path) -> None:
    head, tail = build.static()
    text = f"c:{T}"
    lines = [f"\\g:{k}-2-9999,{text}*{build.checksum(text)}\\{part}" for k, part in ((1, head), (2, tail))]
    assert len(read_log(tmp_path, *lines).static) == 1


def test_a_wrapper_with_the_checksum_of_another_sentence_gives_no_time(tmp_path: Path) -> None:
    wrong = build.dollar_line("PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,00")
    right = build.dollar_line(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{build.class_b()[-2:]}")
    data = read_log(tmp_path, wrong, LINE, right, build.class_b())
    assert data.positions["mmsi"].tolist() == [412000002]
    assert data.reports[0].rejected == {"no_time": 1}


def test_a_wrapper_does_not_reach_a_message_far_behind_it(tmp_path: Path) -> None:
    head, tail = build.static()
    wrapper = build.dollar_line(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{SUM}")
    data = read_log(tmp_path, wrapper, LINE, *["$"] * 12, head, tail)
    assert data.static.empty
    assert data.reports[0].rejected == {"no_time": 1}


def test_a_tag_block_alone_on_its_line_does_not_split_a_wrapped_message(tmp_path: Path) -> None:
    head, tail = build.static()
    both = f"{int(head[-2:], 16) ^ int(tail[-2:], 16):02X}"
    wrapper = build.dollar_line(f"PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,{both}")
    data = read_log(tmp_path, "\\si:AISD*3F\\", wrapper, head, tail)
    assert data.static["shipname"].tolist() == ["TEST SHIP"]
    assert data.reports[0].set_aside["parts_joined"] == 1


def test_a_wrapper_in_the_row_counts_only_where_it_is_intact(tmp_path: Path) -> None:
    good = f'"{LINE}","{WRAPPER_WITHOUT_SUM}"'
    other = build.class_b()
    damaged = f'"{other}","{WRAPPER_WITHOUT_SUM.replace("2023", "2022")}"'
    data = read_log(tmp_path, "NMEA message,PGHP time stamp", good, damaged)
    assert data.positions["mmsi"].tolist() == [412000001]
    assert data.reports[0].rejected == {"no_time": 1}
    of_another = build.dollar_line("PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,00")
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, f'"{LINE}","{of_another}"')


def test_two_parts_in_rows_of_a_table_make_one_message(tmp_path: Path) -> None:
    head, tail = build.static()
    rows = [f'{k},2023-11-14 22:13:20,"{part}"' for k, part in enumerate((head, tail))]
    data = read_log(tmp_path, "id,received,raw", *rows)
    assert data.static["shipname"].tolist() == ["TEST SHIP"]
    data = read_log(tmp_path, "raw,received", f'"{head}', f'{tail}",2023-11-14 22:13:20')
    assert data.static["timestamp"].tolist() == [WHEN]


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE},17000000001", f"{LINE},{T}12", f"{LINE},{T}1234567", f"{T}1234567890 {LINE}", f"x{T} {LINE}",
        f"2023-11-14 22:13:20 CST {LINE}", f"2023-11-14 22:13:20abc {LINE}", f"Nov 14 22:13:20 host {LINE}",
        f"2023-11-14 13:13:20 PM {LINE}", f"{LINE},2044-05-01T00:00:00Z", f"{LINE} ( MSG: 1, id: {T})",
    ],
)  # fmt: skip
def test_what_is_not_understood_whole_is_not_a_time(tmp_path: Path, text: str) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, text)


def test_the_message_shows_the_first_sentence_as_it_is(tmp_path: Path) -> None:
    line = f"\\s:north*{build.checksum('s:north')}\\{LINE}"
    with pytest.raises(DecodeError) as error:
        read_log(tmp_path, "# header", line)
    assert line in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("seconds", [0, 4_291_747_200, 100])
def test_years_1970_and_2106_are_not_receive_times(tmp_path: Path, seconds: int) -> None:
    with pytest.raises(DecodeError, match="no sentence has a receive time"):
        read_log(tmp_path, build.tagged(LINE, seconds))
