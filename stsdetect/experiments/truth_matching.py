"""Match events with the truth of a simulated sea: the same hulls at the same time."""

from __future__ import annotations

import polars as pl

from stsdetect.schema import SHIPS, TRUTH, Frame

_SLACK_H = 1.0  # an event up to an hour before or after a row of truth is still about it [J]
_SOLO_OVERLAP = 0.5  # of the shorter of both, for an event that names one ship [J]


def match_events(events: Frame, truth: Frame, ships: Frame | None = None) -> pl.DataFrame:
    """Find the row of truth that each event is about.

    An event is about a row of truth when both name the same two hulls, by any of their transponders, at times
    that overlap or lie within an hour of each other; of several rows the one with the longest overlap counts.

    An event that names one ship (`mmsi_2` is null) is about a row with that hull at times that overlap by
    half of the shorter of both; of several rows one whose partner was not received counts first, then the one
    with the longest overlap. An event that names two ships is never about a partner that is in no dump.

    Parameters
    ----------
    events : frame
        `mmsi_1 mmsi_2 start_time end_time` and any other columns; `mmsi_2` null where one ship is named.
    truth : TRUTH frame
        What truly happened.
    ships : SHIPS frame, optional
        Which MMSIs share a hull; by default each is a hull of its own.

    Returns
    -------
    polars.DataFrame
        The events in their order with `truth_id`, `truth_kind`, `illicit` and `contact`. Where no row of
        truth fits, these are null, `same_hull` or `chance`, false and false. `contact` of an event with one
        ship is true only where the partner was not received; a bunker barge in the dump does not count.
    """
    found = events.collect() if isinstance(events, pl.LazyFrame) else pl.DataFrame(events)
    rows = found.select("mmsi_1", pl.col("mmsi_2").cast(pl.Int64), "start_time", "end_time")
    rows = rows.with_row_index("event_row")
    rows_of_truth = TRUTH.validate(truth)
    hulls = _hulls(rows, rows_of_truth, ships)
    pairs = _with_hulls(rows, hulls)
    fits = pl.concat([_of_pairs(pairs, rows_of_truth, hulls), _of_solos(rows, rows_of_truth, hulls)])
    one_hull = pairs.filter(pl.col("hull_1") == pl.col("hull_2"))["event_row"].unique()
    without_truth = (
        pl.when(pl.col("event_row").is_in(one_hull.implode()))
        .then(pl.lit("same_hull"))
        .otherwise(pl.lit("chance"))
    )
    matched = (
        rows.select("event_row")
        .join(fits, on="event_row", how="left", maintain_order="left")
        .select(
            "truth_id",
            pl.coalesce("truth_kind", without_truth).alias("truth_kind"),
            pl.col("illicit").fill_null(value=False),
            pl.col("contact").fill_null(value=False),
        )
    )
    return found.hstack(matched)


def _of_pairs(pairs: pl.DataFrame, truth: pl.DataFrame, hulls: pl.DataFrame) -> pl.DataFrame:
    """Rows of truth that events between two ships are about, one per event."""
    known = _with_hulls(truth, hulls).rename({"start_time": "true_start", "end_time": "true_end"})
    slack = pl.duration(minutes=int(60 * _SLACK_H))
    fits = (
        pairs.join(known.drop("mmsi_1", "mmsi_2"), on=["hull_1", "hull_2"], how="inner")
        .filter(
            (pl.col("start_time") <= pl.col("true_end") + slack)
            & (pl.col("end_time") >= pl.col("true_start") - slack)
        )
        .with_columns(_overlap(), first=pl.lit(value=False))
    )
    return _best(fits)


def _of_solos(rows: pl.DataFrame, truth: pl.DataFrame, hulls: pl.DataFrame) -> pl.DataFrame:
    """Rows of truth that events with one ship are about, one per event."""
    solos = rows.filter(pl.col("mmsi_2").is_null()).join(hulls.rename({"mmsi": "mmsi_1"}), on="mmsi_1")
    known = pl.concat(
        [
            truth.join(hulls.rename({"mmsi": name}), on=name, maintain_order="left").drop("mmsi_1", "mmsi_2")
            for name in ("mmsi_1", "mmsi_2")
        ]
    ).rename({"start_time": "true_start", "end_time": "true_end"})
    shorter = pl.min_horizontal(
        pl.col("end_time") - pl.col("start_time"), pl.col("true_end") - pl.col("true_start")
    )
    fits = (
        solos.join(known, on="hull", how="inner")
        .with_columns(
            _overlap(),
            first=pl.col("illicit") & (pl.col("dark") != "none"),
            contact=pl.col("contact") & (pl.col("dark") != "none"),
        )
        .filter(pl.col("overlap").dt.total_milliseconds() >= _SOLO_OVERLAP * shorter.dt.total_milliseconds())
    )
    return _best(fits)


def _overlap() -> pl.Expr:
    both = pl.min_horizontal("end_time", "true_end") - pl.max_horizontal("start_time", "true_start")
    return both.alias("overlap")


def _best(fits: pl.DataFrame) -> pl.DataFrame:
    """Of the rows of truth that fit an event the one that counts."""
    return (
        fits.sort("event_row", "first", "overlap", "truth_id", descending=[False, True, True, False])
        .unique("event_row", keep="first", maintain_order=True)
        .select("event_row", "truth_id", pl.col("kind").alias("truth_kind"), "illicit", "contact")
    )


def _hulls(rows: pl.DataFrame, truth: pl.DataFrame, ships: Frame | None) -> pl.DataFrame:
    """MMSI to hull; an MMSI that is not among the ships is a hull of its own."""
    mmsis = pl.concat([frame[name] for frame in (rows, truth) for name in ("mmsi_1", "mmsi_2")])
    mmsis = mmsis.drop_nulls().unique()
    own = pl.DataFrame({"mmsi": mmsis, "hull": -mmsis})
    if ships is None:
        return own
    listed = SHIPS.validate(ships).select("mmsi", pl.col("hull_id").alias("hull")).unique()
    return pl.concat([listed, own.join(listed, on="mmsi", how="anti")])


def _with_hulls(frame: pl.DataFrame, hulls: pl.DataFrame) -> pl.DataFrame:
    """Rows with their pair of hulls, the smaller one first; several rows where hulls share an MMSI."""
    one, two = (hulls.rename({"mmsi": f"mmsi_{k}", "hull": f"h_{k}"}) for k in (1, 2))
    return (
        frame.join(one, on="mmsi_1")
        .join(two, on="mmsi_2")
        .with_columns(hull_1=pl.min_horizontal("h_1", "h_2"), hull_2=pl.max_horizontal("h_1", "h_2"))
        .drop("h_1", "h_2")
    )
