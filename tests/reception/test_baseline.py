"""Baseline against a slow version that sums over all cells, and its limits by hand."""

import numpy as np
import polars as pl
import pytest

from stsdetect.geo.grid import cell_centre, cell_of, cells_within
from stsdetect.params import ReceptionParams
from stsdetect.reception.baseline import baseline_probability, with_all_kinds
from tests.naive import baseline_by_hand

PARAMS = ReceptionParams()
CELL = int(cell_of([30.2], [122.6], PARAMS.cell_km)[0])
TYPES = {"cell": pl.Int64, "kind": pl.Int8, "n": pl.Int32, "received": pl.Int32}


def sums(rows: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TYPES, orient="row")


def baseline(rows: list[tuple[int, int, int, int]], cell: int = CELL, kind: int = 0) -> float:
    table = with_all_kinds(sums(rows), PARAMS)
    wanted = pl.DataFrame({"cell": [cell], "kind": [kind]}, schema_overrides={"kind": pl.Int8})
    return float(baseline_probability(wanted, table, params=PARAMS)["baseline"][0])


@pytest.mark.parametrize("place", [(30.2, 122.6), (5.0, 179.95), (-61.0, -179.9)], ids=str)
def test_baseline_equals_sums_over_all_cells(place: tuple[float, float]) -> None:
    rng = np.random.default_rng(4)
    lat, lon = place[0] + rng.uniform(-1.5, 1.5, 60), place[1] + rng.uniform(-1.5, 1.5, 60)
    cells = cell_of(lat, lon, PARAMS.cell_km)
    n = rng.integers(1, 200, 60)
    rows = [
        (int(c), int(k), int(m), int(r))
        for c, k, m, r in zip(cells, rng.integers(0, 6, 60), n, (n * rng.random(60)).astype(int), strict=True)
    ]
    table = sums(rows).group_by("cell", "kind").sum().sort("cell", "kind")
    found = baseline_probability(
        table.select("cell", "kind"), with_all_kinds(table, PARAMS), params=PARAMS
    ).sort("cell", "kind")
    by_hand = baseline_by_hand(
        table.rows(),
        centre=lambda cell: tuple(float(v[0]) for v in cell_centre(np.array([cell]), PARAMS.cell_km)),
        wide_cell=lambda at: int(cell_of([at[0]], [at[1]], 4 * PARAMS.cell_km)[0]),
        wide_centre=lambda cell: tuple(
            float(v[0]) for v in cell_centre(np.array([cell]), 4 * PARAMS.cell_km)
        ),
        params=PARAMS,
    )
    np.testing.assert_allclose(found["baseline"].to_numpy(), by_hand, rtol=1e-3)


def test_much_traffic_has_its_own_share() -> None:
    # 9,000 of 10,000, shrunk by 30 towards much the same: 0.9 times 10,000 / 10,006.
    assert baseline([(CELL, 0, 10_000, 9_000)]) == pytest.approx(0.9, abs=0.002)


def test_little_traffic_defaults_to_near_zero() -> None:
    # One ship received in the one time bin in which it was present: 1 / (1 + 6) at most.
    assert baseline([(CELL, 0, 1, 1)]) < 1 / 7
    assert baseline([(CELL, 0, 100, 100)]) > 0.9


def test_where_none_was_present_the_baseline_is_the_lowest() -> None:
    far = int(cell_of([40.0], [150.0], PARAMS.cell_km)[0])
    assert baseline([(CELL, 0, 100, 100)], cell=far) == PARAMS.min_p


def test_a_kind_takes_its_log_odds_to_where_it_was_never_present() -> None:
    # Class B (kind 2) is received half as often as class A in one cell; 200 km on only class A is known.
    far = int(cell_of([30.2], [124.7], PARAMS.cell_km)[0])
    rows = [(CELL, 0, 5000, 4500), (CELL, 2, 5000, 2250), (far, 0, 5000, 4500)]
    assert baseline(rows, cell=far, kind=0) == pytest.approx(0.9, abs=0.01)
    assert 0.5 < baseline(rows, cell=far, kind=2) < 0.8


def test_leave_one_out_equals_counts_without_the_vessel() -> None:
    others = [(CELL, 0, 300, 270), (CELL, 1, 200, 150)]
    own = pl.DataFrame([("g", CELL, 0, 40, 0)], schema={"gap": pl.String, **TYPES}, orient="row")
    table = with_all_kinds(sums([(CELL, 0, 340, 270), others[1]]), PARAMS)
    without = with_all_kinds(sums(others), PARAMS)
    wanted = pl.DataFrame({"gap": ["g"], "cell": [CELL], "kind": [0]}, schema_overrides={"kind": pl.Int8})
    left_out = baseline_probability(wanted, table, own=own, params=PARAMS)["baseline"][0]
    alone = baseline_probability(wanted.drop("gap"), without, params=PARAMS)["baseline"][0]
    kept = baseline_probability(wanted.drop("gap"), table, params=PARAMS)["baseline"][0]
    assert left_out == pytest.approx(alone, abs=1e-3)  # the log-odds of the kind alone are of all vessels
    assert kept < left_out - 0.05


def test_cells_have_no_seam_at_the_dateline() -> None:
    west, east = cell_of([30.0], [179.99], 15.0), cell_of([30.0], [-179.99], 15.0)
    assert len(cells_within(west, east, 15.0, 20.0)) == 1
    lat, lon = cell_centre(cell_of([30.0], [122.0], 15.0), 15.0)
    assert cell_of(lat, lon, 15.0) == cell_of([30.0], [122.0], 15.0)
