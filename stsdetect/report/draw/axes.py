"""Axes for the notebook plots; matplotlib is an extra, and is imported only when a plot is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stsdetect.errors import MissingDependencyError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def new_axes(width_in: float, height_in: float) -> Axes:
    """Axes of a new figure.

    Parameters
    ----------
    width_in, height_in : float
        Size of the figure [in].

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise MissingDependencyError("plots need matplotlib: pip install 'stsdetect[notebook]'") from error
    return plt.subplots(figsize=(width_in, height_in), layout="constrained")[1]
