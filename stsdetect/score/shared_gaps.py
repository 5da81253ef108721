"""Dark candidates that share a gap: together no likelier than the switch-off, and what share each has.

A gap hides at most one encounter, so the probabilities of its candidates add up to that of a switch-off at
most, or of a partner that came to where the ship lay at rest; the rest is that of no encounter, or of one
with a ship that the data do not hold. That many ships had the time to meet a ship says little about any of
them, so the share of each stands beside their number.

"""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.model.model_inputs import p_there
from stsdetect.params import ScoreParams
from stsdetect.score.terms.phrases import chance

_GAPS = ("gap_id_1", "gap_id_2")


def within_each_gap(rows: pl.DataFrame) -> pl.DataFrame:
    """Lower `p_contact` where the candidates of one gap add up to more than `p_there` of any of them.

    Parameters
    ----------
    rows : polars.DataFrame
        FEATURES, all candidates of a gap together.

    Returns
    -------
    polars.DataFrame
        The same rows; a candidate of two gaps is lowered as the worse of the two demands.

    Examples
    --------
    >>> rows = pl.DataFrame({"gap_id_1": ["g", "g", None], "gap_id_2": pl.Series([None] * 3, dtype=pl.String),
    ...                      "p_off": [0.8, 0.8, None], "p_contact": [0.6, 0.4, 0.9],
    ...                      "beside": pl.Series([None] * 3, dtype=pl.Float64),
    ...                      "stopped_meanwhile": [False] * 3})
    >>> [round(p, 2) for p in within_each_gap(rows)["p_contact"]]
    [0.48, 0.32, 0.9]
    """
    sides = pl.concat(
        [
            rows.select(pl.col(gap).alias("gap_id"), "p_contact", p_there=p_there()).drop_nulls("gap_id")
            for gap in _GAPS
        ]
    )
    shares = sides.group_by("gap_id", maintain_order=True).agg(
        scale=(pl.col("p_there").max() / row_sum(pl.col("p_contact"))).fill_nan(1.0).clip(0.0, 1.0)
    )
    for gap in _GAPS:
        of_gap = shares.rename({"gap_id": gap, "scale": f"scale_{gap}"})
        rows = rows.join(of_gap, on=gap, how="left", maintain_order="left")
    scale = pl.min_horizontal(*(pl.col(f"scale_{gap}").fill_null(1.0) for gap in _GAPS))
    lowered = rows.with_columns(pl.col("p_contact") * scale)
    return lowered.drop([f"scale_{gap}" for gap in _GAPS])


def with_shares(rows: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Add the share of the other candidates of a dark candidate's gap, and the likeliest of them by name.

    Parameters
    ----------
    rows : polars.DataFrame
        FEATURES with the columns of `with_phrases` and with `p_contact` as it is shown.
    params : ScoreParams
        `max_dark_rank`: as many others are named.

    Returns
    -------
    polars.DataFrame
        The same rows with `others_p`, the probability of the other candidates of the gap together (of the gap
        for which it is larger, where both ships were in one), and `others_named`, text that is null where
        there are none.
    """
    sides = pl.concat(
        [
            rows.select(
                "source_id",
                "p_contact",
                gap_id=gap,
                partner=_name(3 - side),
                partner_mmsi=f"mmsi_{3 - side}",
            ).drop_nulls("gap_id")
            for side, gap in enumerate(_GAPS, start=1)
        ]
    )
    pairs = sides.join(sides, on="gap_id", suffix="_other", maintain_order="left_right").filter(
        pl.col("source_id") != pl.col("source_id_other")
    )
    again = pl.when(pl.col("partner_mmsi") == pl.col("partner_mmsi_other"))
    elsewhere = again.then(pl.lit(" at another time or place")).otherwise(pl.lit(""))
    named = pl.format("{}{} {}", "partner_other", elsewhere, chance(pl.col("p_contact_other")))
    of_gap = (
        pairs.with_columns(named=named)
        .sort("p_contact_other", "source_id_other", descending=[True, False], maintain_order=True)
        .group_by("source_id", "gap_id", maintain_order=True)
        .agg(
            others_p=row_sum(pl.col("p_contact_other")),
            others_named=pl.col("named").head(params.max_dark_rank).str.join(", "),
        )
    )
    larger = of_gap.sort(
        "source_id", "others_p", "gap_id", descending=[False, True, False], maintain_order=True
    ).unique("source_id", keep="first", maintain_order=True)
    return rows.join(larger.drop("gap_id"), on="source_id", how="left", maintain_order="left")


def _name(ship: int) -> pl.Expr:
    """The label of a ship; "Ship 2" would be a different ship in each event."""
    nameless = (pl.col(f"mmsi_{ship}") < 0) & pl.col(f"shipname_{ship}").is_null()
    return pl.when(nameless).then(pl.lit("a ship without a name")).otherwise(pl.col(f"label_{ship}"))
