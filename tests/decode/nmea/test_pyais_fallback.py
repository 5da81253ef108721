"""Aircraft and reports that are cut off are decoded by pyais."""

from collections import Counter
from pathlib import Path

import pandas as pd

from tests.builders import decode as build
from tests.builders.decode import T, read_log


def test_a_report_cut_off_after_its_position_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    body = build.position(lat=-30.5, lon=122.25, sog=7.5, cog=45.5, heading=44, status=1)[14:-5]
    # 28 characters of six bits: the position ends with bit 116, course with 128, heading with 137.
    data = read_log(tmp_path, *[build.tagged(build.sentence(body[:n]), T + 60 * n) for n in (20, 22, 23)])
    assert data.positions[["lat", "lon", "sog"]].to_numpy().tolist() == [[-30.5, 122.25, 7.5]] * 3
    assert data.positions["cog"].fillna(-1).tolist() == [-1, 45.5, 45.5]
    assert data.positions["heading"].fillna(-1).tolist() == [-1, -1, 44]
    assert data.positions["nav_status"].tolist() == [1, 1, 1]
    assert data.positions["decode_flags"].tolist() == [1, 1, 1]
    assert data.reports[0].counts["read_by_pyais"] == 3


def test_search_and_rescue_aircraft_are_read_and_their_copies_dropped(tmp_path: Path) -> None:
    def aircraft(lat: float, repeat: int = 0) -> str:
        fields = [
            (9, 6), (repeat, 2), (111412001, 30), (300, 12), (120, 10), (0, 1), (122 * 600_000, 28),
            (round(lat * 600_000), 27), (905, 12), (20, 6), (0, 34),
        ]  # fmt: skip
        return build.sentence(*build.payload(fields))

    lines = [aircraft(30.0), aircraft(30.0, repeat=1), aircraft(30.1), aircraft(91)]
    data = read_log(tmp_path, *[build.tagged(line, T) for line in lines])
    assert data.positions["lat"].tolist() == [30.0, 30.1]
    (row, _) = data.positions.to_dict("records")
    assert (row["mmsi"], row["ais_class"], row["msg_type"]) == (111412001, "sar", 9)
    assert (row["sog"], row["cog"], row["decode_flags"]) == (120, 90.5, 0)
    assert pd.isna(row["heading"])
    assert data.reports[0].set_aside == Counter({"copies": 1, "no_position": 1})
