"""What of a ship points to an embargo, whatever it did: its flag, and its match with a list."""

from __future__ import annotations

import polars as pl

from stsdetect.tracks.mmsi import flag_of

_FIRM = ("imo", "mmsi")
"""Matches with a list that need no second sign; of a name or of a near IMO number the length must agree."""


def embargo_grounds(
    identity: pl.DataFrame, matches: pl.DataFrame, *, embargoed: tuple[str, ...]
) -> pl.DataFrame:
    """Vessels that used an MMSI of a flag under embargo, or that are listed.

    Parameters
    ----------
    identity : polars.DataFrame
        Validated IDENTITY.
    matches : polars.DataFrame
        WATCHLIST_MATCHES, from `match_watchlist`.
    embargoed : tuple of str
        Flags under embargo, ISO 3166 alpha-3.

    Returns
    -------
    polars.DataFrame
        ``vessel_id``, ``embargoed_flag`` and ``listed`` (bool), sorted; only vessels with either.
    """
    firm = pl.col("kind").is_in(_FIRM) | pl.col("length_agrees").fill_null(value=False)
    listed = matches.filter(firm)["mmsi"]
    ships = identity.select("vessel_id", "mmsi").unique(maintain_order=True)
    flags = pl.Series("flag", flag_of(ships["mmsi"].to_numpy()).tolist(), dtype=pl.String)
    return (
        ships.with_columns(
            embargoed_flag=flags.is_in(embargoed).fill_null(value=False),
            listed=pl.col("mmsi").is_in(listed.implode()),
        )
        .group_by("vessel_id", maintain_order=True)
        .agg(pl.col("embargoed_flag", "listed").any())
        .filter(pl.col("embargoed_flag") | pl.col("listed"))
        .sort("vessel_id", maintain_order=True)
    )
