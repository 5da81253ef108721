import pytest

from stsdetect.nearest_names import nearest_name


@pytest.mark.parametrize(
    ("wanted", "present", "nearest"),
    [
        (["mmsi"], ["msi", "mssi_no"], "msi"),  # 6 of 7 characters match, then 6 of 11
        (["timestamp", "time"], ["t", "tmie", "timestmp"], "timestmp"),
        (["segment_id"], ["SegmentId", "vessel_id"], "SegmentId"),
        (["lat"], ["alt", "lat_"], "lat_"),
        (["speed"], ["sped", "spead"], "sped"),
        (["lat"], [], ""),
        (["lon"], ["loa"], ""),
        (["draught"], ["x", "y"], ""),
    ],
)
def test_the_most_similar_name_is_suggested(wanted: list[str], present: list[str], nearest: str) -> None:
    assert nearest_name(wanted, present) == nearest
