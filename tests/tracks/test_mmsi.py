"""What an MMSI shows by itself: MID, flag and kind of station."""

import pytest

from stsdetect.tracks import build_tracks, flag_of, kind_of, mid_of
from stsdetect.tracks.mmsi import FLAG_OF_MID, NO_MID
from tests.builders import fixes
from tests.builders.tracks import real_positions


@pytest.mark.parametrize(
    ("mmsi", "mid", "flag", "kind"),
    [
        (412000001, 412, "CHN", "ship"),
        (499000001, 499, None, "ship"),
        (150201655, 150, None, "buoy"),
        (2570010, 257, "NOR", "base"),
        (993671234, 367, "USA", "aton"),
    ],
)
def test_mid_flag_and_kind_follow_from_the_format(mmsi, mid, flag, kind):
    row = build_tracks(fixes(mmsi, [0, 60])).identity.iloc[0]
    assert (row["mid"], row["kind"]) == (mid, kind)
    assert (row["flag"] if isinstance(row["flag"], str) else None) == flag


@pytest.mark.parametrize(
    ("mmsi", "mid", "kind"),
    [
        (200_000_000, 200, "ship"),  # first and last MMSI of a format, and what lies beside them
        (199_999_999, 199, "buoy"),
        (799_999_999, 799, "ship"),
        (800_000_000, NO_MID, "ship"),  # handheld radio
        (111_257_001, 257, "sar"),
        (110_999_999, 110, "buoy"),
        (111_111_111, 111, "buoy"),  # no such flag: not an aircraft
        (970_123_456, NO_MID, "sar"),
        (979_000_000, NO_MID, "buoy"),
        (982_111_234, 211, "ship"),
        (993_671_234, 367, "aton"),
        (20_257_001, 202, "other"),
        (2_570_010, 257, "base"),
        (1234, NO_MID, "ship"),
        (-7, NO_MID, "ship"),
    ],
)
def test_formats_of_itu_r_m_585(mmsi, mid, kind):
    assert mid_of(mmsi).tolist() == [mid]
    assert kind_of(mmsi).tolist() == [kind]


def test_the_class_of_the_messages_is_more_specific_than_the_format():
    assert kind_of([412000001] * 4, ["A", "aton", "base", "sar"]).tolist() == ["ship", "aton", "base", "sar"]


def test_flags_are_three_letters_and_mids_lie_between_201_and_775():
    assert all(len(flag) == 3 and flag.isupper() for flag in FLAG_OF_MID.values())
    assert (min(FLAG_OF_MID), max(FLAG_OF_MID)) == (201, 775)
    assert flag_of([412000001, 413000001, 414000001, 415000001]).tolist() == ["CHN", "CHN", "CHN", None]


@pytest.mark.real
def test_mmsis_that_begin_with_150_in_the_east_china_sea_are_buoys(shared_data):
    segments = build_tracks(
        real_positions(shared_data, "east_china_sea_150mmsi_20230205/positions.parquet")
    ).segments
    unassigned = segments["mmsi"].between(150_000_000, 159_999_999)
    assert unassigned.sum() > 50
    assert set(segments.loc[unassigned, "kind"]) == {"buoy"}
