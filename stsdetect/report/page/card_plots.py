"""The pictures of a card: the time plots, and the hulls at the start, middle and end of an encounter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup

from stsdetect.report.draw.hull_plan import hull_plan, plan_reach_m
from stsdetect.report.draw.pair_tracks import instants
from stsdetect.report.draw.swing_plan import swing_plan
from stsdetect.report.draw.time_plots import TimeAxis, time_plots
from stsdetect.report.page.display_format import instant, number
from stsdetect.report.page.event_cards import EventCard, Swing

_MIN_MARGIN, _MAX_MARGIN = timedelta(hours=3), timedelta(hours=12)


class PlanFigure(NamedTuple):
    """Both hulls at one instant, with the distances between antennas and between hulls."""

    name: str
    time: str
    svg: Markup
    distance: str
    gap: str


class CardPlots(NamedTuple):
    """The pictures of one card; a dark encounter has no plans, since its place is not observed.

    Only of a solo event is there a swing.
    """

    time: Markup
    plans: list[PlanFigure]
    swing: Markup | None


def card_plots(card: EventCard, data_span: tuple[datetime, datetime] | None) -> CardPlots:
    """Draw the pictures of a card.

    Parameters
    ----------
    card : EventCard
    data_span : tuple of datetime, optional
        First and last time of the data: beyond it, the ships must not appear as not received.

    Returns
    -------
    CardPlots
    """
    start, end = card.event["start_time"], card.event["end_time"]
    margin = min(max(end - start, _MIN_MARGIN), _MAX_MARGIN)
    left, right = start - margin, end + margin
    if data_span is not None:
        left, right = max(left, data_span[0]), min(right, data_span[1])
    time = time_plots(
        card.pair,
        TimeAxis(left.timestamp(), right.timestamp()),
        event_start_s=start.timestamp(),
        event_end_s=end.timestamp(),
        label="Speed and heading of the ship over time"
        if card.is_of_one
        else "Distance, speed and heading of both ships over time",
    )
    plans = [] if card.is_dark or card.is_of_one else _plans(card)
    return CardPlots(time, plans, None if card.swing is None else _swing(card, card.swing))


def _swing(card: EventCard, swing: Swing) -> Markup:
    return swing_plan(
        swing.reading,
        swing.fixes,
        size=card.ships[0].size,
        label="The fixed point of the swing, seen from the deck",
    )


def _plans(card: EventCard) -> list[PlanFigure]:
    start_s, end_s = card.event["start_time"].timestamp(), card.event["end_time"].timestamp()
    at = instants(card.pair, [start_s, (start_s + end_s) / 2, end_s])
    reach_m = plan_reach_m(at)
    return [
        PlanFigure(
            name,
            instant(i.time_s),
            hull_plan(i, reach_m=reach_m, label=f"Hulls at the {name.lower()}, {instant(i.time_s)} UTC"),
            number(i.distance_m, 0, "m"),
            number(i.hull_gap_m, 0, "m"),
        )
        for name, i in zip(("Start", "Middle", "End"), at, strict=True)
    ]
