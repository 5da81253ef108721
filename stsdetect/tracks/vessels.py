"""Which tracks belong to one hull: by reach within an MMSI, by evidence across MMSIs."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.geo.neighbours import pairs_within
from stsdetect.params import TrackParams
from stsdetect.schema import IDENTITY, SEGMENTS, Frame
from stsdetect.units import KN_TO_MPS, MS_PER_S, S_PER_H

_SIZE = ("to_bow", "to_stern", "to_port", "to_starboard")


class JoinedHulls(NamedTuple):
    """Result of `joined_hulls`."""

    segments: pl.DataFrame
    """SEGMENTS with the joined vessel_id."""
    identity: pl.DataFrame
    """IDENTITY with the joined vessel_id and the evidence for it."""
    vessel_ids: pl.DataFrame
    """segment_id and its new_id, of the segments whose vessel_id changed."""


def joined_hulls(segments: pl.DataFrame, identity: pl.DataFrame, *, params: TrackParams) -> JoinedHulls:
    """Give a hull that went on under another MMSI one vessel_id, by `link_vessels`.

    Parameters
    ----------
    segments, identity : polars.DataFrame
        SEGMENTS and IDENTITY of all MMSIs of a dump.
    params : TrackParams
        Limits.

    Returns
    -------
    JoinedHulls
        For the other tables with a segment_id, see `with_vessel_ids`.
    """
    links = pl.DataFrame(link_vessels(segments, identity, params=params))
    old = segments.select("segment_id", "mmsi", pl.col("vessel_id").alias("old_id"))
    changed = pl.col("vessel_id") != pl.col("old_id")
    linked = links.join(old, on="segment_id", maintain_order="left").filter(
        changed | pl.col("vessel_evidence").is_not_null()
    )
    by_segment = linked.filter(changed).select("segment_id", pl.col("vessel_id").alias("new_id"))
    if linked.is_empty():
        return JoinedHulls(segments, identity, by_segment)
    by_vessel = linked.select(
        "mmsi", pl.col("old_id").alias("vessel_id"), pl.col("vessel_id").alias("new_id"), "vessel_evidence"
    ).unique(["mmsi", "vessel_id"], keep="first", maintain_order=True)
    identity = _with_new_id(identity, by_vessel, ["mmsi", "vessel_id"]).with_columns(
        pl.coalesce("vessel_evidence_link", "vessel_evidence").alias("vessel_evidence")
    )
    return JoinedHulls(
        SEGMENTS.ordered(with_vessel_ids(segments, by_segment)), IDENTITY.ordered(identity), by_segment
    )


def with_vessel_ids(frame: pl.DataFrame, vessel_ids: pl.DataFrame) -> pl.DataFrame:
    """A table with a segment_id, with the vessel_ids that `joined_hulls` changed."""
    return _with_new_id(frame, vessel_ids, ["segment_id"])


def hulls_of_mmsis(segments: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """Group the tracks of each MMSI into hulls, each of tracks that one ship could have sailed in turn.

    Parameters
    ----------
    segments : polars.DataFrame
        SEGMENTS without vessel_id.
    params : TrackParams
        Limits.

    Returns
    -------
    polars.DataFrame
        segment_id; vessel_id: the MMSI for the hull with most fixes and for quarantined tracks, ``MMSI/2``,
        ``MMSI/3``, ... for others in order of time; shared: whether two hulls use the MMSI at once.
    """
    sound = segments.filter(~pl.col("quarantined")).sort(
        "mmsi", "start_time", "segment_id", maintain_order=True
    )
    several = sound.filter(pl.len().over("mmsi") > 1)
    parts = [pl.DataFrame(schema={"segment_id": pl.String, "vessel_id": pl.String, "shared": pl.Boolean})]
    for _, part in several.group_by("mmsi", maintain_order=True):
        hull, shared = _chains(part, params)
        mmsi = part["mmsi"][0]
        size = np.bincount(hull, weights=part["n_points"].to_numpy())
        first = int(np.argmax(size))
        others = iter(range(2, len(size) + 1))
        names = [f"{mmsi}" if h == first else f"{mmsi}/{next(others)}" for h in range(len(size))]
        parts.append(
            part.select("segment_id", vessel_id=pl.Series([names[h] for h in hull]), shared=pl.lit(shared))
        )
    found = pl.concat(parts)
    many_ships = (pl.col("quarantine_reason") == "many_ships").fill_null(value=False)
    return (
        segments.select("segment_id", "mmsi", many_ships=many_ships.any().over("mmsi"))
        .join(found, on="segment_id", how="left", maintain_order="left")
        .select(
            "segment_id",
            vessel_id=pl.coalesce("vessel_id", pl.col("mmsi").cast(pl.String)),
            shared=pl.col("many_ships")
            | pl.col("shared").fill_null(pl.col("shared").any().over("mmsi")).fill_null(value=False),
        )
    )


def _chains(part: pl.DataFrame, params: TrackParams) -> tuple[list[int], bool]:
    """Hull of each track of one MMSI, in order of time, and whether two hulls were received at once."""
    start_s, end_s = (part[c].dt.epoch("ms").to_numpy() / MS_PER_S for c in ("start_time", "end_time"))
    start, end = (part.select(f"{k}_lat", f"{k}_lon").to_numpy() for k in ("start", "end"))
    speed = params.max_cruise_kn * KN_TO_MPS
    last = np.empty(part.height, dtype=np.int64)  # latest track of each hull
    n_hulls = 0
    hull: list[int] = []
    for i in range(part.height):
        k = last[:n_hulls]
        dt = start_s[i] - end_s[k]
        may_follow = np.flatnonzero(dt >= -params.time_error_s)
        k, dt = k[may_follow], dt[may_follow]
        apart_m = distance_m(end[k, 0], end[k, 1], start[i, 0], start[i, 1])
        within = apart_m <= params.step_slack_m + speed * np.maximum(dt, params.time_error_s)
        if within.any():
            # The hull received last; of several, the one that was found first.
            best = int(may_follow[np.argmax(np.where(within, end_s[k], -np.inf))])
        else:
            best = n_hulls
            n_hulls += 1
        last[best] = i
        hull.append(best)
    is_long = part["n_points"].to_numpy() > params.max_spike_fixes
    return hull, _overlap(np.array(hull)[is_long], start_s[is_long], end_s[is_long] - params.time_error_s)


def _overlap(hull: Ints, start_s: Floats, end_s: Floats) -> bool:
    """Whether tracks of two hulls overlap in time."""
    latest: dict[int, float] = {}
    order = np.lexsort((-end_s, start_s))
    for h, start, end in zip(*(v[order].tolist() for v in (hull, start_s, end_s)), strict=True):
        if any(start < until for other, until in latest.items() if other != h):
            return True
        latest[h] = max(end, latest.get(h, -np.inf))
    return False


class _Link(NamedTuple):
    """Two vessel_id of one hull, one after the other."""

    before: str
    after: str
    evidence: str


def link_vessels(segments: Frame, identity: Frame, *, params: TrackParams | None = None) -> pl.DataFrame:
    """Give each track its vessel, across MMSIs where the evidence suffices.

    A hull is followed from one MMSI to another if the second begins where and when the first ends and (1)
    both broadcast the same valid IMO number, or (2) both broadcast the same four dimensions and the time
    between is short, or (3) two MMSIs change places with each other. In each case no other ship may fit.
    MMSIs that broadcast one IMO number at the same time are reported but not joined.

    Parameters
    ----------
    segments, identity : frame
        SEGMENTS and IDENTITY of all MMSIs.
    params : TrackParams, optional
        Limits.

    Returns
    -------
    polars.DataFrame
        segment_id, vessel_id, vessel_evidence (null where there is none but the MMSI), sorted as SEGMENTS.
    """
    params = TrackParams.of(params)
    table = SEGMENTS.ordered(segments)
    hulls = _hulls(table, IDENTITY.validate(identity), params)
    links = _unique(_same_imo(hulls, params)) + _unique(_same_size(hulls, params)) + _swaps(hulls, params)
    root: dict[str, str] = {}
    evidence: dict[str, str] = {}
    starts = dict(zip(hulls["vessel_id"], hulls["start_s"], strict=True))
    for link in sorted(links, key=lambda k: (starts[k.after], k.after, k.evidence)):
        if link.after not in root:
            root[link.after] = root.get(link.before, link.before)
            evidence[link.after] = link.evidence
    noted = {**_same_imo_at_once(hulls), **evidence}
    return table.select(
        "segment_id",
        vessel_id=pl.col("vessel_id").replace(root),
        vessel_evidence=pl.col("vessel_id").replace_strict(noted, default=None, return_dtype=pl.String),
    )


def _hulls(table: pl.DataFrame, identity: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """One row per hull of an MMSI: where and when it begins and ends, and what it broadcast then."""
    sound = table.filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))
    hulls = sound.group_by("vessel_id", maintain_order=True).agg(
        pl.col("mmsi").first(),
        start_s=pl.col("start_time").first().dt.epoch("ms") / MS_PER_S,
        end_s=pl.col("end_time").sort_by("end_time").last().dt.epoch("ms") / MS_PER_S,
        start_lat=pl.col("start_lat").first(),
        start_lon=pl.col("start_lon").first(),
        end_lat=pl.col("end_lat").sort_by("end_time").last(),
        end_lon=pl.col("end_lon").sort_by("end_time").last(),
        n=pl.col("n_points").sum(),
    )
    spells = identity.filter(pl.col("n_reports") > 0).sort("start_time", maintain_order=True)
    spells = spells.with_columns(imo=pl.when("imo_valid").then("imo"))
    known = spells.group_by("vessel_id", maintain_order=True).agg(
        *[pl.col(c).drop_nulls().first().alias(f"{c}_first") for c in ("imo", *_SIZE)],
        *[pl.col(c).drop_nulls().last().alias(f"{c}_last") for c in ("imo", *_SIZE)],
    )
    hulls = hulls.filter(pl.col("n") > params.max_spike_fixes).join(
        known, on="vessel_id", how="left", maintain_order="left"
    )
    return hulls.sort("start_s", "vessel_id", maintain_order=True)


def _same_imo(hulls: pl.DataFrame, params: TrackParams) -> list[_Link]:
    pairs = hulls.join(hulls, left_on="imo_last", right_on="imo_first", suffix="_b", maintain_order="left")
    pairs = pairs.filter(pl.col("mmsi") != pl.col("mmsi_b"))
    pairs = _seams(pairs, max_gap_h=params.max_imo_seam_h, kn=params.max_cruise_kn, params=params)
    basis = pl.format("IMO {} before and after; ", "imo_last")
    return _links(pairs.with_columns(basis=basis))


def _same_size(hulls: pl.DataFrame, params: TrackParams) -> list[_Link]:
    big = hulls.filter(pl.col("to_bow_last") + pl.col("to_stern_last") >= params.min_size_length_m)
    keys = [f"{c}_last" for c in _SIZE]
    pairs = big.join(
        hulls, left_on=keys, right_on=[f"{c}_first" for c in _SIZE], suffix="_b", maintain_order="left"
    )
    pairs = pairs.filter(pl.col("mmsi") != pl.col("mmsi_b"))
    pairs = _seams(pairs, max_gap_h=params.max_size_seam_h, kn=params.unknown_sog_kn, params=params)
    basis = pl.format("dimensions {}, {}, {}, {} m before and after; ", *keys)
    return _links(pairs.with_columns(basis=basis))


def _swaps(hulls: pl.DataFrame, params: TrackParams) -> list[_Link]:
    """Seams in pairs: one MMSI continues where another ended, and the other way round."""
    if hulls.height < 2:
        return []
    reach_m = params.step_slack_m + params.unknown_sog_kn * KN_TO_MPS * params.max_swap_seam_h * S_PER_H
    # With the time as a fourth coordinate, a sea whose ships all begin at once is not compared in pairs.
    m_per_s = reach_m / (params.max_swap_seam_h * S_PER_H)
    ends, starts = (
        np.column_stack([ecef_m(hulls[f"{end}_lat"], hulls[f"{end}_lon"]), hulls[f"{end}_s"] * m_per_s])
        for end in ("end", "start")
    )
    b, a = pairs_within(ends, starts, reach_m + params.time_error_s * m_per_s, norm=np.inf)
    pairs = pl.concat([hulls[a], hulls[b].rename(lambda c: f"{c}_b")], how="horizontal")
    pairs = pairs.filter(pl.col("mmsi") != pl.col("mmsi_b"))
    pairs = _seams(pairs, max_gap_h=params.max_swap_seam_h, kn=params.unknown_sog_kn, params=params)
    back = pairs.select(mmsi=pl.col("mmsi_b"), mmsi_b=pl.col("mmsi")).unique(maintain_order=True)
    pairs = pairs.join(back, on=["mmsi", "mmsi_b"], how="semi")
    basis = pl.format("MMSIs {} and {} changed places; ", "mmsi", "mmsi_b")
    return _unique(_links(pairs.with_columns(basis=basis)))


def _with_new_id(frame: pl.DataFrame, new_ids: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    joined = frame.join(new_ids, on=on, how="left", maintain_order="left", suffix="_link")
    return joined.with_columns(pl.coalesce("new_id", "vessel_id").alias("vessel_id")).drop("new_id")


def _seams(pairs: pl.DataFrame, *, max_gap_h: float, kn: float, params: TrackParams) -> pl.DataFrame:
    """Pairs whose second hull could have continued where the first ended, with the seam between the two."""
    gap_s = pl.col("start_s_b") - pl.col("end_s")
    pairs = pairs.with_columns(gap_s=gap_s).filter(
        (gap_s >= -params.time_error_s) & (gap_s <= max_gap_h * S_PER_H)
    )
    route_m = distance_m(pairs["end_lat"], pairs["end_lon"], pairs["start_lat_b"], pairs["start_lon_b"])
    pairs = pairs.with_columns(route_m=route_m)
    reach = params.step_slack_m + kn * KN_TO_MPS * pl.max_horizontal("gap_s", pl.lit(params.time_error_s))
    return pairs.filter(pl.col("route_m") <= reach)


def _links(pairs: pl.DataFrame) -> list[_Link]:
    seam = pl.format(
        "{} km and {} h between", (pl.col("route_m") / 1000).round(1), (pl.col("gap_s") / S_PER_H).round(1)
    )
    rows = pairs.select("vessel_id", "vessel_id_b", evidence=pl.concat_str("basis", seam)).sort(
        pl.all(), maintain_order=True
    )
    return [_Link(*row) for row in rows.iter_rows()]


def _unique(links: list[_Link]) -> list[_Link]:
    """Links between hulls that have no other link."""
    before, after = Counter(k.before for k in links), Counter(k.after for k in links)
    return [k for k in links if before[k.before] == 1 and after[k.after] == 1]


def _same_imo_at_once(hulls: pl.DataFrame) -> dict[str, str]:
    pairs = hulls.join(
        hulls, left_on="imo_last", right_on="imo_last", suffix="_b", maintain_order="left"
    ).filter(
        (pl.col("mmsi") != pl.col("mmsi_b"))
        & (pl.col("start_s") <= pl.col("end_s_b"))
        & (pl.col("start_s_b") <= pl.col("end_s"))
    )
    text = pl.format("IMO {} also broadcast by MMSI {} at the same time; not joined", "imo_last", "mmsi_b")
    rows = pairs.sort("vessel_id", "mmsi_b", maintain_order=True).unique(
        "vessel_id", keep="first", maintain_order=True
    )
    return dict(rows.select("vessel_id", text).iter_rows())
