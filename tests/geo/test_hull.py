"""Hull outlines and their separation, with rectangles that can be drawn on paper."""

import numpy as np
import pytest

from stsdetect.geo.hull import Hull, hull_corners_m, hull_gap_m, hull_separation

SIZE = {"to_bow": 50.0, "to_stern": 50.0, "to_port": 10.0, "to_starboard": 10.0}
SHORT = {"to_bow": 20.0, "to_stern": 20.0, "to_port": 5.0, "to_starboard": 5.0}


def hull(heading: float, **size: float) -> Hull:
    return Hull.of(**(size or SIZE), heading_deg=heading)


# Hull 1 is 100 m by 20 m and heads north; hull 2 likewise but for its heading, its centre so far east and north.
DRAWN = [
    ("side by side", 0.0, (23.0, 0.0), 3.0, 1.0),
    ("opposite headings, 30 m ahead", 180.0, (23.0, 30.0), 3.0, 0.7),
    ("touching", 0.0, (20.0, 0.0), 0.0, 1.0),
    ("overlapping by 5 m", 0.0, (15.0, 0.0), -5.0, 1.0),
    ("bow to stern", 0.0, (0.0, 105.0), 5.0, 0.0),
    ("corner to corner, 3 m and 4 m", 0.0, (23.0, 104.0), 5.0, 0.0),
    ("across the bow", 90.0, (0.0, 65.0), 5.0, 0.0),
    # the nearest corner lies (50 + 10) / sqrt(2) m west of the centre
    ("corner to side", 45.0, (60.0, 0.0), 60.0 - 10.0 - 60.0 / 2**0.5, None),
]


@pytest.mark.parametrize(
    ("what", "heading", "place", "separation", "abreast"), DRAWN, ids=[d[0] for d in DRAWN]
)
def test_drawn_on_paper(
    what: str, heading: float, place: tuple, separation: float, abreast: float | None
) -> None:
    found = hull_separation(hull(0.0), hull(heading), *place)
    assert found.separation_m.item() == pytest.approx(separation, abs=1e-9)
    if abreast is not None:
        assert found.abreast.item() == pytest.approx(abreast)


def test_abreast_is_a_share_of_the_shorter_hull() -> None:
    assert hull_separation(hull(0.0), hull(0.0, **SHORT), 20.0, 40.0).abreast.item() == pytest.approx(0.75)


def test_the_antenna_is_where_the_dimensions_put_it() -> None:
    # antenna at the stern on the port side: the hull reaches 100 m ahead and 20 m to starboard
    size = {"to_bow": 100.0, "to_stern": 0.0, "to_port": 0.0, "to_starboard": 20.0}
    east = hull_corners_m(*size.values(), 90.0)[0]
    np.testing.assert_allclose(east, [[100, 0], [100, -20], [0, -20], [0, 0]], atol=1e-9)
    # heading east, its side is 20 m south of the antenna
    found = hull_separation(hull(90.0, **size), hull(90.0, **size), 0.0, -27.0)
    assert found.separation_m.item() == pytest.approx(7.0)
    assert hull(0.0, **size).reach_m().item() == pytest.approx(np.hypot(100.0, 20.0))


def test_against_the_polygons_and_with_the_hulls_swapped() -> None:
    rng = np.random.default_rng(5)
    n = 500
    sizes = [
        [rng.uniform(0, 150, n), rng.uniform(1, 50, n), rng.uniform(0, 20, n), rng.uniform(1, 20, n)]
        for _ in "12"
    ]
    heading, (east, north) = rng.uniform(0, 360, (2, n)), rng.uniform(-200, 200, (2, n))
    one, two = (
        Hull.of(to_bow=a, to_stern=b, to_port=c, to_starboard=d, heading_deg=h)
        for (a, b, c, d), h in zip(sizes, heading, strict=True)
    )
    found = hull_separation(one, two, east, north)
    gap = hull_gap_m(
        hull_corners_m(*sizes[0], heading[0]), hull_corners_m(*sizes[1], heading[1], east, north)
    )
    np.testing.assert_allclose(np.maximum(found.separation_m, 0.0), gap, atol=1e-9)
    assert ((found.separation_m < 0) == (gap == 0)).all()
    assert (gap == 0).sum() > 20
    swapped = hull_separation(two, one, -east, -north)
    np.testing.assert_allclose(swapped.separation_m, found.separation_m, atol=1e-9)
    np.testing.assert_allclose(swapped.abreast, found.abreast, atol=1e-9)


def test_no_pairs_have_no_gaps() -> None:
    none = np.empty((0, 4, 2))
    assert hull_gap_m(none, none).shape == (0,)
