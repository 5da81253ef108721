"""The rigid-body test: whether two ships turned as one body or each about its own anchor.

Ships made fast turn together with the tide, so the offset between them is constant as seen from either hull
and rotates over ground. Neighbours at anchor swing each about its own anchor: the offset between them hardly
changes over ground and rotates as seen from the hull. Without a swing the two cases look the same, and the
test gives a ratio near 0.
"""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_mean, row_variance
from stsdetect.geo.angles import wrap180_expr
from stsdetect.params import EncounterParams


def rigidity(rows: pl.DataFrame, *, by: str, params: EncounterParams) -> pl.DataFrame:
    r"""Log-likelihood ratio of an offset fixed in the hull's frame against one fixed over ground.

    Parameters
    ----------
    rows : polars.DataFrame
        CONTACTS rows with a column `by`, sorted by time inside it.
    by : str
        Column that numbers the spells.
    params : EncounterParams
        ``independent_look_s``, ``min_line_swing_deg``, ``swing_quantiles`` and ``max_rigidity_nat``.

    Returns
    -------
    polars.DataFrame
        `by`; ``rigidity`` [nat], positive where the two turned as one body, negative where each turned about
        its own anchor, 0 where the data favour neither; ``swing_deg``, the turn behind the test [deg].

    Notes
    -----
    At instant :math:`i` the antenna of ship 2 lies :math:`x_i` east and :math:`y_i` north of the antenna of
    ship 1 [m]. In the frame of a hull with heading :math:`\psi_i` [deg] the same offset has the components

    .. math::

        a_i = x_i \sin\psi_i + y_i \cos\psi_i, \qquad r_i = x_i \cos\psi_i - y_i \sin\psi_i

    along the bow and to starboard [m]. Each hypothesis says that an offset is constant up to independent,
    isotropic normal errors of unknown size: :math:`(a, r)` if the ships are made fast, :math:`(x, y)` if each
    lies at its own anchor. The maximised log-likelihood of :math:`n` looks at an offset in two dimensions is
    :math:`-n \ln V` plus a constant, where :math:`V` is the total variance about the mean [m²], so that the
    log-likelihood ratio is

    .. math::

        \Lambda = n \ln \frac{V_\mathrm{ground} + \sigma^2}{V_\mathrm{hull} + \sigma^2}, \qquad
        n = \min\!\left(m,\ 1 + \frac{T}{\max(\tau, \Delta)}\right)

    - :math:`V_\mathrm{ground} = \mathrm{var}(x) + \mathrm{var}(y)` [m²];
    - :math:`V_\mathrm{hull} = \mathrm{var}(a) + \mathrm{var}(r)` [m²], mean over the ships with a heading;
    - :math:`\sigma^2` the mean square of ``position_error_m`` [m²], added because no variance below it can be
      resolved;
    - :math:`m` the number of instants, :math:`T` the length of the spell [s], :math:`\tau` the time after
      which another look is independent of the last, ``independent_look_s`` [s], and :math:`\Delta` the
      median time between the fixes used [s];
    - :math:`\Lambda` [nat], clipped to plus or minus ``max_rigidity_nat``.

    Where neither ship has a heading, the distance :math:`d = \sqrt{x^2 + y^2}` between the antennas [m]
    serves instead: it is constant for one body, and :math:`V_\mathrm{hull} = 2\,\mathrm{var}(d)`, twice
    because only one of two components is seen. This holds only if the line between the antennas turned by
    ``min_line_swing_deg`` or more, farther than yaw at anchor turns it; else :math:`\Lambda` is 0.

    ``swing_deg`` is the range of a ship's heading between ``swing_quantiles``, the lesser of both ships, or
    that of the line.

    References
    ----------
    Ratios of maximised likelihoods of hypotheses that do not contain each other: D. R. Cox, "Tests of
    separate families of hypotheses", Proc. 4th Berkeley Symp. 1 (1961) 105-123.

    Examples
    --------
    Ship 2 lies 20 m to starboard of ship 1 while both turn from north through east to south in an hour. Over
    ground the offset has the variance 266.7 + 88.9 m², seen from the hull none: 3 ln((355.6 + 4) / 4).

    >>> import datetime as dt
    >>> times = [dt.datetime(2024, 1, 1, h, m) for h, m in ((0, 0), (0, 30), (1, 0))]
    >>> rows = pl.DataFrame({
    ...     "spell": 1, "timestamp": times,
    ...     "east_m": [20.0, 0.0, -20.0], "north_m": [0.0, -20.0, 0.0], "position_error_m": 2.0,
    ...     "interval_s": 180.0,
    ...     "heading_1": [0.0, 90.0, 180.0], "heading_2": [0.0, 90.0, 180.0]})
    >>> rigidity(rows, by="spell", params=EncounterParams()).select(pl.exclude("spell").round(2)).row(0)
    (13.5, 180.0)
    """
    east, north = pl.col("east_m"), pl.col("north_m")
    views = [_unwrapped(pl.arctan2(east, north).degrees(), by).alias("turn_line")]
    for side in ("1", "2"):
        h = pl.col(f"heading_{side}").radians()
        views += [
            (east * h.sin() + north * h.cos()).alias(f"ahead_{side}"),
            (east * h.cos() - north * h.sin()).alias(f"right_{side}"),
            _unwrapped(pl.col(f"heading_{side}"), by).alias(f"turn_{side}"),
        ]
    length_s = (pl.col("timestamp").max() - pl.col("timestamp").min()).dt.total_seconds()
    table = (
        rows.with_columns(views)
        .group_by(by, maintain_order=True)
        .agg(
            pl.min_horizontal(
                pl.len(), independent_looks(length_s, pl.col("interval_s").median(), params)
            ).alias("looks"),
            row_mean(pl.col("position_error_m") ** 2).alias("noise"),
            _variance(east, north).alias("ground"),
            *(_variance(pl.col(f"ahead_{s}"), pl.col(f"right_{s}")).alias(f"hull_{s}") for s in ("1", "2")),
            (2.0 * row_variance((east**2 + north**2).sqrt())).alias("line"),
            *(_range(pl.col(f"turn_{s}"), params).alias(f"swing_{s}") for s in ("1", "2", "line")),
        )
    )
    line_turned = pl.col("swing_line") >= params.min_line_swing_deg
    hull = pl.coalesce(pl.mean_horizontal("hull_1", "hull_2"), pl.when(line_turned).then(pl.col("line")))
    ratio = pl.col("looks") * ((pl.col("ground") + pl.col("noise")) / (hull + pl.col("noise"))).log()
    swing = pl.coalesce(
        pl.min_horizontal("swing_1", "swing_2"), pl.when(line_turned).then(pl.col("swing_line"))
    )
    cap = params.max_rigidity_nat
    return table.select(by, rigidity=ratio.fill_null(0.0).clip(-cap, cap), swing_deg=swing.fill_null(0.0))


def independent_looks(length_s: pl.Expr, interval_s: pl.Expr, params: EncounterParams) -> pl.Expr:
    """How many independent looks at a pair a spell of that length holds, at least one.

    Parameters
    ----------
    length_s : polars.Expr
        Length of the spell [s].
    interval_s : polars.Expr
        Typical time between the fixes used [s]: what is interpolated between two fixes adds none.
    params : EncounterParams
        ``independent_look_s``.

    Returns
    -------
    polars.Expr

    Examples
    --------
    Five hours hold eleven looks half an hour apart, but six with a fix an hour:

    >>> looks = independent_looks(pl.col("length_s"), pl.col("interval_s"), EncounterParams())
    >>> pl.DataFrame({"length_s": [18e3, 18e3], "interval_s": [180.0, 3600.0]}).select(looks=looks)[
    ...     "looks"].to_list()
    [11.0, 6.0]
    """
    return 1.0 + length_s / pl.max_horizontal(interval_s, pl.lit(params.independent_look_s))


def _variance(x: pl.Expr, y: pl.Expr) -> pl.Expr:
    return row_variance(x) + row_variance(y)


def _range(turn: pl.Expr, params: EncounterParams) -> pl.Expr:
    low, high = params.swing_quantiles
    return turn.quantile(high) - turn.quantile(low)


def _unwrapped(angle: pl.Expr, by: str) -> pl.Expr:
    """An angle that continues past 360 degrees within a spell; null at instants where it is unknown."""
    step = wrap180_expr(angle - angle.forward_fill().shift().over(by))
    return pl.when(angle.is_not_null()).then(step.fill_null(0.0).cum_sum().over(by))
