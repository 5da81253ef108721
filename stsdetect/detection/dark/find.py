"""Encounters that were possible during a gap: with a vessel received while loitering, or one in a gap too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Bools
from stsdetect.context.layers import Context
from stsdetect.detection.berths import at_berth, lies_still, rests_moored
from stsdetect.detection.dark.around_land import measured_around_land
from stsdetect.detection.dark.beside import came_and_left_beside, rested_at_an_end
from stsdetect.detection.dark.candidates import balls_of_gaps, n_within_reach
from stsdetect.detection.dark.prism import reach_m
from stsdetect.detection.dark.ranking import rank_candidates, rank_remaining
from stsdetect.detection.dark.second_transponder import second_transponders
from stsdetect.detection.dark.with_gaps import pair_gaps
from stsdetect.detection.dark.with_loitering import pair_with_loitering
from stsdetect.detection.vessel_attributes import last_ship_type, service_sog_kn
from stsdetect.params import BerthParams, DarkParams, DraughtParams
from stsdetect.schema import BERTHS, DARK_ENCOUNTERS, GAPS, IDENTITY, LOITERING, SEGMENTS, STATIC, Frame
from stsdetect.units import MS_PER_H

_OF_GAP = (
    *("gap_id", "mmsi", "vessel_id", "p_off", "draught_change_m", "max_sog_kn", "stayed"),
    *("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon"),
    *("start_sog_kn", "end_sog_kn", "start_cog", "end_cog", "stopped_meanwhile"),
)


def find_dark_encounters(
    gaps: Frame,
    loitering: Frame,
    *,
    identity: Frame | None = None,
    static: Frame | None = None,
    segments: Frame | None = None,
    berths: Frame | None = None,
    context: Context | None = None,
    params: DarkParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pd.DataFrame:
    """Find the vessels that a vessel could have met during its gap.

    Not searched are a gap in port, one that began while the ship lay moored at the shore (unless it came back
    under another name or MMSI), one that an outage of the feed explains, and a stop at a berth: most ships
    that switch off do so at their berth, with the engine. A gap that reception explains is searched only
    where the ship lay at rest before or after, for ships that came there and left meanwhile.

    Parameters
    ----------
    gaps : GAPS frame
    loitering : LOITERING frame
        Of all vessels.
    identity : IDENTITY frame, optional
        Ship types, for the highest speed of a vessel.
    static : STATIC frame, optional
        Draughts, for changes across the loitering.
    segments : SEGMENTS frame, optional
        Segments of the loitering, to recognise a second transponder on the hull that is in the gap.
    berths : BERTHS frame, optional
        From `find_berths`.
    context : Context, optional
        Anchorages and ports, which explain a stop; with it, routes go around land.
    params : DarkParams, optional
    draught_params : DraughtParams, optional
        When a draught counts as changed.
    berth_params : BerthParams, optional
        How near to a berth or a shore a ship at rest is moored.

    Returns
    -------
    pandas.DataFrame
        DARK_ENCOUNTERS, sorted by start: at most `max_candidates` per gap, all others counted in
        ``n_alternatives``. ``p_contact`` never exceeds `max_p_contact`. A gap with more than
        `max_gaps_at_once` others within reach has none.

    Raises
    ------
    SchemaError
        When a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.schema import GAPS, LOITERING
    >>> len(find_dark_encounters(GAPS.empty(), LOITERING.empty()))
    0
    """
    found = dark_encounters(
        GAPS.validate(gaps),
        LOITERING.validate(loitering),
        identity=IDENTITY.optional(identity),
        static=STATIC.optional(static),
        segments=SEGMENTS.optional(segments),
        berths=BERTHS.optional(berths),
        context=context,
        params=params,
        draught_params=draught_params,
        berth_params=berth_params,
    )
    return DARK_ENCOUNTERS.to_pandas(found)


def dark_encounters(
    gaps: pl.DataFrame,
    loitering: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    segments: pl.DataFrame,
    berths: pl.DataFrame,
    context: Context | None = None,
    params: DarkParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pl.DataFrame:
    """As `find_dark_encounters`, with validated polars frames in and out.

    Parameters
    ----------
    gaps, loitering, identity, static, segments, berths : polars.DataFrame
        Validated tables; without rows where nothing is known.
    context, params, draught_params, berth_params
        As for `find_dark_encounters`.

    Returns
    -------
    polars.DataFrame
        DARK_ENCOUNTERS, sorted by start.
    """
    params, draught_params = DarkParams.of(params), DraughtParams.of(draught_params)
    berth_params = BerthParams.of(berth_params)
    gaps = gaps.filter(~pl.Series(_moored_at_start(gaps, berths, berth_params)))
    gaps = _searched_gaps(gaps, identity, params, draught_params)
    gaps = gaps.filter(~_with_too_many(gaps, params))
    if gaps.is_empty():
        return DARK_ENCOUNTERS.optional(None)
    loitering = loitering.filter(pl.col("duration_h") >= params.min_dwell_h)
    loitering = loitering.filter(~pl.Series(_moored(loitering, berths, berth_params))).with_columns(
        start_h=_hours("start_time"), end_h=_hours("end_time")
    )
    # Candidates can be millions: until the best are known, ids are integers in the order of their names.
    ids = pl.concat([gaps["gap_id"], loitering["loiter_id"]]).unique().sort()
    gaps = gaps.with_columns(pl.col("gap_id").cast(pl.Enum(ids)).to_physical())
    loitering = loitering.with_columns(pl.col("loiter_id").cast(pl.Enum(ids)).to_physical())
    in_view = pair_with_loitering(
        gaps, loitering, static=static, context=context, params=params, draught_params=draught_params
    )
    in_view = _without_second_transponders(in_view, gaps, loitering, segments, params)
    in_view = in_view.filter(_deliberate(params) | came_and_left_beside() | pl.col("stopped_meanwhile"))
    both_in_gap = pair_gaps(gaps.filter(_deliberate(params)), params)
    found = pl.concat([in_view, both_in_gap], how="diagonal")
    found = rank_candidates(found, params, draught_params)
    if context is not None:
        found = measured_around_land(found, gaps, loitering, params)
        found = rank_remaining(found, params, draught_params)
    found = DARK_ENCOUNTERS.validate(_with_names(found, ids))
    return found.sort(DARK_ENCOUNTERS.sort_by, nulls_last=True, maintain_order=True)


def gaps_of_too_many(
    gaps: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    params: DarkParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pl.Series:
    """Gaps in which so many ships are at once that no encounter is searched for.

    Parameters
    ----------
    gaps, identity : polars.DataFrame
        Validated tables.
    params, draught_params
        As for `find_dark_encounters`.

    Returns
    -------
    polars.Series
        ``gap_id`` of the gaps with more than ``max_gaps_at_once`` others within reach.
    """
    params, draught_params = DarkParams.of(params), DraughtParams.of(draught_params)
    searched = _searched_gaps(gaps, identity, params, draught_params)
    return searched.filter(_with_too_many(searched, params))["gap_id"]


def _with_too_many(gaps: pl.DataFrame, params: DarkParams) -> pl.Series:
    if gaps.height <= params.max_gaps_at_once:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, gaps.height)
    return pl.Series(n_within_reach(balls_of_gaps(gaps)) > params.max_gaps_at_once)


def _searched_gaps(
    gaps: pl.DataFrame, identity: pl.DataFrame, params: DarkParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Gaps worth a search, with ``max_sog_kn, stayed`` (in one place before and after) and ``reach_m``."""
    gaps = gaps.filter(~pl.col("in_port") & ~pl.col("feed_outage"))
    # Where no neighbour shows whether reception worked, the vessel itself must give a reason for a search.
    changed = pl.col("draught_change_m").abs() >= draught_params.min_change_m
    changed |= pl.col("name_changed").fill_null(value=False) | pl.col("mmsi_after").is_not_null()
    judged = (pl.col("can_judge") | changed.fill_null(value=False)) & _deliberate(params)
    gaps = gaps.filter(
        (judged | rested_at_an_end(params) | _stopped_meanwhile(params))
        & (pl.col("duration_h") >= params.min_dwell_h)
        & (pl.col("duration_h") <= params.max_gap_h)
    ).with_columns(start_h=_hours("start_time"))
    gaps = gaps.with_columns(end_h=pl.col("start_h") + pl.col("duration_h"))
    gaps = gaps.join(last_ship_type(identity), on="mmsi", how="left", maintain_order="left")
    shown = pl.max_horizontal(pl.col("implied_sog_kn").fill_null(0.0), pl.col("start_sog_kn").fill_null(0.0))
    stayed = (pl.col("distance_m") <= params.same_place_m) & (
        pl.col("start_sog_kn") <= params.max_rest_sog_kn
    )
    gaps = gaps.with_columns(
        max_sog_kn=pl.max_horizontal(service_sog_kn(params), shown),
        stayed=stayed.fill_null(value=False),
        stopped_meanwhile=_stopped_meanwhile(params),
    )
    reach = reach_m(gaps["start_h"], gaps["end_h"], max_sog_kn=gaps["max_sog_kn"], dwell_h=params.min_dwell_h)
    return gaps.select(_OF_GAP).with_columns(reach_m=pl.Series(reach))


def _stopped_meanwhile(params: DarkParams) -> pl.Expr:
    """Under way at both ends, with time left over for the shortest transfer: it lay somewhere meanwhile."""
    moves = [pl.col(f"{end}_sog_kn") >= params.min_course_sog_kn for end in ("start", "end")]
    return (moves[0] & moves[1] & (pl.col("slack_h") >= params.min_dwell_h)).fill_null(value=False)


def _deliberate(params: DarkParams) -> pl.Expr:
    return pl.col("p_off") >= params.min_p_off


def _moored_at_start(gaps: pl.DataFrame, berths: pl.DataFrame, params: BerthParams) -> Bools:
    """Gaps that began at rest at the shore and changed no identity: transponders go off with the engine."""
    lat, lon, sog_kn = (gaps[c].to_numpy() for c in ("start_lat", "start_lon", "start_sog_kn"))
    renamed = gaps["name_changed"].fill_null(value=False) | gaps["mmsi_after"].is_not_null()
    return np.asarray(rests_moored(lat, lon, sog_kn, berths, params) & ~renamed.to_numpy())


def _moored(loitering: pl.DataFrame, berths: pl.DataFrame, params: BerthParams) -> Bools:
    """Stops of ships that lay moored, which no ship met at sea."""
    return at_berth(loitering["lat"], loitering["lon"], berths, params) | lies_still(loitering, params)


def _without_second_transponders(
    pairs: pl.DataFrame,
    gaps: pl.DataFrame,
    loitering: pl.DataFrame,
    segments: pl.DataFrame,
    params: DarkParams,
) -> pl.DataFrame:
    """Leave out loitering of a second transponder on the hull that is in the gap."""
    same_hull = second_transponders(gaps, segments, params).join(
        loitering.select("segment_id", "loiter_id"), on="segment_id", maintain_order="left"
    )
    return pairs.join(
        same_hull,
        left_on=["gap_id_1", "loiter_id_2"],
        right_on=["gap_id", "loiter_id"],
        how="anti",
        maintain_order="left",
    )


def _with_names(found: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Ids in place of their integers, and ``dark_id``."""
    found = found.with_columns(ids.gather(found[c]).alias(c) for c in ("gap_id_1", "gap_id_2", "loiter_id_2"))
    parts = [pl.lit("dark"), "gap_id_1", pl.coalesce("gap_id_2", "loiter_id_2")]
    return found.with_columns(dark_id=pl.concat_str(parts, separator="/"))


def _hours(time: str) -> pl.Expr:
    return pl.col(time).dt.epoch("ms") / MS_PER_H
