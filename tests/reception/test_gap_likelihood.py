"""Likelihood of a gap on one route, of ships at anchor with two reports per time bin."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.params import GapParams
from stsdetect.reception.gap_likelihood import gap_likelihood_of_routes, in_outage, own_cadence
from stsdetect.reception.presence import presence_bins
from stsdetect.reception.reception_model import Reception, fit_reception
from stsdetect.schema import OUTAGES, POINTS
from tests.builders import EPOCH, at, fixes, points, together
from tests.builders.reception import DAY, FIRST_MMSI, H, fleet

FIRST_BIN = int(EPOCH.timestamp() // 600)


def time_bins_of(sea: pd.DataFrame, reception: Reception) -> pl.DataFrame:
    return presence_bins(POINTS.validate(sea), params=reception.params)


def route_at(time_bins: pl.DataFrame, ship: int, start_h: float, end_h: float) -> pl.DataFrame:
    """The whole time bins between two hours at the place of a ship, as route 0 of gap 0."""
    first, last = (FIRST_BIN + round(h * 6) for h in (start_h, end_h))
    here = time_bins.filter(pl.col("ship") == ship).row(0, named=True)
    bins = pl.Series("time_bin", range(first + 1, last), dtype=pl.Int32)
    return pl.DataFrame(bins).with_columns(
        gap=pl.lit(0, pl.UInt32),
        route=pl.lit(0, pl.Int32),
        ship=pl.lit(ship, time_bins.schema["ship"]),
        **{c: pl.lit(here[c], time_bins.schema[c]) for c in ("cell", "kind", "lat", "lon")},
    )


def neutral(n_bands: int = 3) -> pl.DataFrame:
    """A cadence like that of all others, two reports per time bin."""
    return pl.DataFrame(
        {
            "gap": [0] * n_bands,
            "band": list(range(n_bands)),
            "own_log_odds": [0.0] * n_bands,
            "reports_per_bin": [2.0] * n_bands,
        },
        schema_overrides={"gap": pl.UInt32, "band": pl.Int8},
    )


def likelihood(sea: pd.DataFrame, ship: int, start_h: float, end_h: float) -> dict[str, float]:
    reception = fit_reception(sea)
    time_bins = time_bins_of(sea, reception)
    route = route_at(time_bins, ship, start_h, end_h)
    return gap_likelihood_of_routes(route, time_bins, neutral(), reception).row(0, named=True)


def test_a_gap_among_received_ships_is_unlikely_and_its_reports_are_expected() -> None:
    found = likelihood(fleet(8, gaps={3: (8.0, 14.0)}), 3, 8.0, 14.0)
    assert found["log_p_no_report"] < -30.0
    assert 0.9 * 70 < found["expected_reports"] <= 70.0  # 35 time bins of two reports
    assert found["neighbours"] == pytest.approx(7.0)
    assert found["outage_share"] == 0.0


def test_time_bins_in_an_outage_carry_no_evidence() -> None:
    found = likelihood(fleet(8, gaps=dict.fromkeys(range(8), (8.0, 14.0))), 3, 8.0, 14.0)
    assert found["log_p_no_report"] == pytest.approx(0.0, abs=1e-9)
    assert found["expected_reports"] == 0.0
    assert found["outage_share"] == 1.0


def test_no_time_bin_adds_more_than_the_highest_probability_allows() -> None:
    # At most 0.995 is received: 5.3 nats per bin, of 35 bins.
    found = likelihood(fleet(8, gaps={3: (8.0, 14.0)}), 3, 8.0, 14.0)
    assert found["log_p_no_report"] >= 35 * math.log(0.005)


def test_a_vessel_is_not_its_own_neighbour() -> None:
    alone = points(fixes(1, DAY[(DAY <= 8 * H) | (DAY >= 14 * H)], place=(32.0, 124.0)))
    assert likelihood(together(alone, fleet(8)), 0, 8.0, 14.0)["neighbours"] == 0.0


def test_the_gap_of_a_vessel_does_not_lower_its_own_expected_reception() -> None:
    # Leave-one-out gives what a sea gives in which the vessel is two, one before its gap and one after it, so
    # that it was not present in between.
    sea = fleet(4, gaps={3: (8.0, 14.0)})
    after = (sea["mmsi"] == FIRST_MMSI + 3) & (sea["timestamp"] >= at(14 * H))
    two = sea.assign(vessel_id=sea["vessel_id"].mask(after, "later"))
    left_out, absent = (likelihood(s, 3, 8.0, 14.0) for s in (sea, two))
    assert left_out["expected_reports"] == pytest.approx(absent["expected_reports"], rel=0.005)
    assert left_out["neighbours"] == absent["neighbours"] == 3.0


def cadence(sea: pd.DataFrame, *, due_per_bin: float, lies_still: bool = True) -> pl.DataFrame:
    """Of ship 0 with a gap from 12 to 16 h."""
    reception = fit_reception(sea)
    time_bins = time_bins_of(sea, reception)
    gap = pl.DataFrame(
        {
            "gap": [0],
            "ship": [0],
            "start_bin": [FIRST_BIN + 72],
            "end_bin": [FIRST_BIN + 96],
            "lies_still": [lies_still],
            "due_per_bin": [due_per_bin],
        }
    )
    return own_cadence(gap, time_bins, reception, min_gap_h=2.0, params=GapParams())


@pytest.mark.parametrize(("due", "reports"), [(10.0, 2.0), (1.5, 1.5)])
def test_reports_per_bin_are_those_kept_but_no_more_than_due(due: float, reports: float) -> None:
    found = cadence(fleet(8, gaps={0: (12.0, 16.0)}), due_per_bin=due)
    assert found["reports_per_bin"].to_list() == pytest.approx([reports] * 3, abs=0.01)


def test_a_vessel_that_is_received_worse_than_others_has_negative_log_odds() -> None:
    # Ship 0 is received in every third time bin, the others in all: about 4 in log-odds, halfway to none by the
    # prior. The others are as good as each other.
    seldom = DAY[(DAY % 1800.0 < 600.0) & ((DAY <= 12 * H) | (DAY >= 16 * H))]
    sea = fleet(8)
    worse = together(points(fixes(FIRST_MMSI, seldom, sog=0.1)), sea[sea["mmsi"] != FIRST_MMSI])
    top_band = pl.col("band") == 2
    bad = cadence(worse, due_per_bin=10.0).filter(top_band)["own_log_odds"][0]
    good = cadence(fleet(8, gaps={0: (12.0, 16.0)}), due_per_bin=10.0).filter(top_band)["own_log_odds"][0]
    assert bad == pytest.approx(-2.0, abs=0.1)
    assert good > -0.5
    # In bands in which the vessel was never present its log-odds are those of the prior.
    prior = np.exp(-0.5 * np.array(GapParams().cadence_log_odds) ** 2)
    expected = float((prior * GapParams().cadence_log_odds).sum() / prior.sum())
    others = cadence(worse, due_per_bin=10.0).filter(~top_band)["own_log_odds"]
    assert others.to_list() == pytest.approx([expected] * 2)


@pytest.mark.parametrize(
    ("hour", "lat", "lon", "inside"),
    [
        (10.0, 30.2, 122.6, True),
        (12.0, 30.2, 122.6, False),  # the end is not part of it
        (9.99, 30.2, 122.6, False),
        (11.0, 31.01, 122.6, False),
        (11.0, 31.0, 123.0, True),
        (11.0, 30.2, 121.99, False),
    ],
)
def test_an_outage_is_a_period_and_a_box(hour: float, lat: float, lon: float, inside: bool) -> None:
    reception = fit_reception(fleet(2))._replace(
        outages=OUTAGES.to_pandas(
            pd.DataFrame(
                {
                    "outage_id": ["o"],
                    "scope": ["station"],
                    "start_time": [at(10 * H)],
                    "end_time": [at(12 * H)],
                    "lat_min": [30.0],
                    "lat_max": [31.0],
                    "lon_min": [122.0],
                    "lon_max": [123.0],
                    "n_ships": [5],
                }
            )
        )
    )
    time_bin = np.array([int((EPOCH.timestamp() + hour * H) // 600)])
    assert in_outage(time_bin, np.array([lat]), np.array([lon]), reception).tolist() == [inside]
