from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.params import TrackParams
from stsdetect.pipeline.datasets import read_bucket, write_points
from stsdetect.pipeline.vessel_links import join_hulls
from stsdetect.schema import POINTS, POSITIONS, STATIC
from stsdetect.tracks import track_tables
from tests.builders import fixes, static, together

H = 3600.0


def tracks_of_two_mmsis(
    folder: Path, *, away_m: float = 0.0, **identity_after: Any
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Another MMSI starts when one ends, `away_m` to the north; write the points, return the other tables."""
    seconds = [60.0 * k for k in range(120)]
    before = fixes(412000001, seconds, [250.0 * k for k in range(120)], sog=8.1, cog=90.0)
    after = fixes(
        412000002,
        [s + 2 * H for s in seconds],
        [30_000.0 + 250.0 * k for k in range(120)],
        away_m,
        sog=8.1,
        cog=90.0,
    )
    known = {"imo": 9074729, "shipname": "HUA SHENG 87", "callsign": "BABC", "ship_type": 70}
    reports = together(static(412000001, **known), static(412000002, 2 * H, **{**known, **identity_after}))
    tracks = track_tables(POSITIONS.validate(together(before, after)), STATIC.validate(reports))
    write_points(tracks.points, folder, 0)
    return tracks.segments, tracks.identity


def test_a_hull_under_two_mmsis_gets_one_vessel_id_in_every_table(tmp_path: Path) -> None:
    segments, identity = tracks_of_two_mmsis(tmp_path)
    assert segments["vessel_id"].n_unique() == 2
    segments, identity = join_hulls(tmp_path, segments, identity, params=TrackParams())
    (vessel_id,) = segments["vessel_id"].unique()
    assert identity["vessel_id"].unique().to_list() == [vessel_id]
    assert identity["vessel_evidence"].null_count() < identity.height
    points = read_bucket(POINTS, tmp_path / "points", 0)
    assert points["vessel_id"].unique().to_list() == [vessel_id]
    assert points["mmsi"].n_unique() == 2


def test_two_hulls_keep_their_ids_and_their_files(tmp_path: Path) -> None:
    segments, identity = tracks_of_two_mmsis(
        tmp_path, away_m=300_000.0, imo=9321483, shipname="MIN NING 7", callsign="XYZW"
    )
    files = {p: p.read_bytes() for p in tmp_path.rglob("*.parquet")}
    same_segments, same_identity = join_hulls(tmp_path, segments, identity, params=TrackParams())
    assert same_segments["vessel_id"].to_list() == segments["vessel_id"].to_list()
    assert same_identity["vessel_id"].to_list() == identity["vessel_id"].to_list()
    assert files == {p: p.read_bytes() for p in tmp_path.rglob("*.parquet")}
