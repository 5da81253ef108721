"""Metrics of scores: intervals of shares, calibration, average precision."""

from __future__ import annotations

import numpy as np
import pandas as pd

from stsdetect.arrays import Bools, Floats

_Z95 = 1.959964
"""Standard normal quantile of 97.5 %."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 %.

    Parameters
    ----------
    hits, n : int
        Successes and trials.

    Returns
    -------
    low, high : float
        Both in [0, 1]; NaN without trials.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc.
    22 (1927).

    Examples
    --------
    >>> [round(v, 3) for v in wilson(9, 10)]
    [0.596, 0.982]
    """
    if n == 0:
        return float("nan"), float("nan")
    share, z2 = hits / n, _Z95**2
    middle, half = share + z2 / (2 * n), _Z95 * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return max(float(low), 0.0), min(float(high), 1.0)


def average_precision(matched: pd.DataFrame, truth: pd.DataFrame) -> float:
    """Average precision of the ranking of events by score, over all seas together.

    The first event of an illicit transfer is a hit, further events of the same transfer are left out, and a
    transfer without any event counts as never found.

    Parameters
    ----------
    matched : pandas.DataFrame
        Events: `score`, `illicit` (whether it matches an illicit transfer), `seed` of the sea and `truth_id`.
    truth : pandas.DataFrame
        All simulated pairs, `illicit` true for the transfers to be found.

    Returns
    -------
    float
        Mean over all illicit transfers of the precision at their rank; NaN where there is none.

    Examples
    --------
    >>> events = pd.DataFrame({"seed": 0, "score": [0.9, 0.8, 0.7], "illicit": [True, False, True]})
    >>> events["truth_id"] = ["a", None, "b"]
    >>> truth = pd.DataFrame({"illicit": [True, True]})
    >>> round(average_precision(events, truth), 3)
    0.833
    """
    total = int(truth["illicit"].sum())
    if total == 0:
        return float("nan")
    ordered = matched.sort_values("score", ascending=False, kind="stable")
    again = ordered["illicit"] & ordered.duplicated(["seed", "truth_id"])
    hit = ordered.loc[~again, "illicit"].to_numpy()
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return float(precision[hit].sum() / total)


def calibration_table(p: Floats, contact: Bools) -> pd.DataFrame:
    """Reliability table: share truly in contact by tenths of the probability, with Wilson's interval.

    Parameters
    ----------
    p : numpy.ndarray
        Predicted probability, shape (n,).
    contact : numpy.ndarray
        Whether the hulls truly lay alongside, shape (n,).

    Returns
    -------
    pandas.DataFrame
        Ten rows: `from`, `to`, `n`, `mean_p`, `share`, `low`, `high`; NaN in tenths without cases.

    Examples
    --------
    >>> table = calibration_table(np.array([0.05, 0.95, 0.96]), np.array([False, True, True]))
    >>> table["share"].dropna().tolist()
    [0.0, 1.0]
    """
    tenth = np.minimum((p * 10).astype(int), 9)
    rows = []
    for k in range(10):
        inside = tenth == k
        n, hits = int(inside.sum()), int(contact[inside].sum())
        low, high = wilson(hits, n)
        mean_p, share = (float(p[inside].mean()), hits / n) if n else (float("nan"), float("nan"))
        rows.append(
            {
                "from": k / 10,
                "to": (k + 1) / 10,
                "n": n,
                "mean_p": mean_p,
                "share": share,
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def worst_tenth(table: pd.DataFrame, *, min_n: int = 50) -> float:
    """Maximum calibration error: the largest distance between mean probability and share in contact.

    Parameters
    ----------
    table : pandas.DataFrame
        From `calibration_table`.
    min_n : int
        Tenths with fewer cases do not count.

    Returns
    -------
    float
        NaN where no tenth has enough cases.

    Examples
    --------
    >>> p = np.concatenate([np.full(50, 0.05), np.full(49, 0.95)])
    >>> worst_tenth(calibration_table(p, np.zeros(99, bool)))
    0.05
    """
    full = table[table["n"] >= min_n]
    return round(float((full["mean_p"] - full["share"]).abs().max()), 6) if len(full) else float("nan")
