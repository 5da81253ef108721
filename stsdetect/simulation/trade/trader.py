"""A ship with cargo whose voyage is written step by step: under way by the fairways, at anchor, adrift."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.trade.fairways import NODES, fairway_between, keep_right, without_detour
from stsdetect.simulation.trade.loading import FORMS, DraughtHabits, Hull
from stsdetect.simulation.trade.quays import ROADS, SEA_WATER
from stsdetect.simulation.world.anchoring import OnChain
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import (
    Adrift,
    Anchored,
    Beside,
    Blend,
    Fixed,
    Held,
    Motion,
    Phase,
    Route,
    Wobble,
    route,
    where,
)
from stsdetect.simulation.world.stage import AT_ANCHOR, UNDERWAY, Place, World
from stsdetect.simulation.world.voyage_log import Holds, Parcel
from stsdetect.simulation.world.voyages import adrift, at_anchor, make_voyage, place_off
from stsdetect.units import KN_TO_MPS, S_PER_H

CAST_OFF_S = 1800.0
"""From weighing anchor, or from letting go of another ship, until under way [s] [J]."""

_LET_GO_S = 600.0  # from a quay until 150 m off [J]
_ANCHORING_S = 1200.0
_SLOWEST_KN = 0.5


@dataclass(slots=True)
class Trader:
    """A ship with cargo whose voyage is written step by step, from `t` on [s].

    Attributes
    ----------
    world : World
        The sea so far.
    rng : numpy.random.Generator
        The scene's random numbers.
    ship : Ship
        Gets its voyage from `finish`.
    hull : Hull
        Decides its draught.
    speed_kn : float
        Service speed.
    habits : DraughtHabits
        Of its crew.
    t : float
        Until when its voyage is written [s].
    place, node : Place, str
        Where it is then, and the waypoint of the fairways from which it sails on.
    holds : Holds
        Cargo aboard.
    """

    world: World
    rng: np.random.Generator
    ship: Ship
    hull: Hull
    speed_kn: float
    habits: DraughtHabits
    t: float
    place: Place
    node: str
    holds: Holds = field(default_factory=Holds)
    phases: list[Phase] = field(default_factory=list)
    rest: Motion | None = None
    density: float = SEA_WATER
    visit: int | None = None

    # Beginnings

    @classmethod
    def build(
        cls,
        world: World,
        rng: np.random.Generator,
        kind: str,
        role: str,
        t: float,
        node: str,
        *,
        length_m: float | None = None,
        ais_class: str | None = None,
    ) -> Trader:
        """Add a ship of a kind at a waypoint of the fairways."""
        ship = world.ship(rng, kind, role, length_m=length_m, ais_class=ais_class)
        hull = Hull.draw(rng, kind if kind in FORMS else "coaster", ship.length_m)
        _fit_beam(ship, hull)
        p = world.params
        habits = DraughtHabits(
            late_h=p.draught_late_h * float(rng.uniform(0.2, 2.0)),
            skipped_share=p.draught_skipped_share,
            wrong_share=p.draught_wrong_share,
            step_m=0.5 if rng.random() < 0.15 else 0.1,
        )
        speed = float(rng.uniform(*FORMS[kind if kind in FORMS else "coaster"].speed_kn))
        trader = cls(world, rng, ship, hull, speed, habits, t, NODES[node], node)
        trader._begin_draught(none=bool(rng.random() < p.no_draught_share))
        return trader

    def laden(self, tonnes: float, cargo: str, origin_port: str) -> Trader:
        """Begin with cargo aboard, its draught entered."""
        self.holds = Holds((Parcel(tonnes, cargo, origin_port),))
        self._begin_draught(none=self.ship.broadcasts[0][1].draught_m == 0.0)
        return self

    def _begin_draught(self, *, none: bool) -> None:
        at, attributes = self.ship.broadcasts[0]
        draught = 0.0 if none else round(self.draught_m, 1)
        self.ship.broadcasts[0] = (at, attributes._replace(draught_m=draught))

    @property
    def draught_m(self) -> float:
        """True draught in the water where she lies [m]."""
        return self.hull.draught_with_m(self.holds.tonnes, self.density)

    # Sailing

    def sail(
        self,
        goal: Place,
        via: str,
        *,
        arrive_after: float = float("-inf"),
        lead_in: Place | None = None,
    ) -> tuple[float, float]:
        """Sail by the fairways to a place near a waypoint; when she leaves and arrives [s].

        The last leg is from `lead_in`. A ship that would arrive before `arrive_after` leaves later, or sails
        slowly where she cannot wait: adrift, alongside another, or under way already.
        """
        first = self._way_out()
        between = without_detour(first, fairway_between(self.node, via), goal)
        last = goal if lead_in is None else lead_in
        places = keep_right([first, *between, last], float(self.rng.uniform(0.15, 1.0)))
        if lead_in is not None:
            places.append(goal)
        yaw = Wobble.draw(self.rng, 1.0, 200.0)
        cast_off = 0.0 if self.rest is None else _LET_GO_S if isinstance(self.rest, Fixed) else CAST_OFF_S

        def run_at(speed_kn: float) -> Route:
            return route(places, speed_kn, start=0.0, slow_from_m=2500.0, slow_to_m=4000.0, yaw=yaw)

        run = run_at(self.speed_kn)
        spare = arrive_after - self.t - cast_off - run.times[-1]
        if spare > 0.0 and not isinstance(self.rest, Fixed | Held | Anchored | OnChain):
            share = run.times[-1] / (run.times[-1] + spare)
            run = run_at(max(share * self.speed_kn, min(_SLOWEST_KN, self.speed_kn)))
        seconds = run.times[-1]
        leave = max(self.t, arrive_after - seconds - cast_off)
        start = leave + cast_off
        run = _later(run, start)
        if self.rest is not None:
            self.phases.append(Phase(leave, Blend(self.rest, Held(run, start), leave, start), UNDERWAY))
        self.close_visit(leave)
        self.phases.append(Phase(start, run, UNDERWAY))
        self.rest = None
        self.t, self.place, self.node, self.density = start + seconds, goal, via, SEA_WATER
        return leave, self.t

    def seconds_to(self, goal: Place, via: str) -> float:
        """How long she sails to a place [s], about."""
        places = [self.place, *fairway_between(self.node, via), goal]
        lats, lons = [p[0] for p in places], [p[1] for p in places]
        return (
            float(distance_m(lats[:-1], lons[:-1], lats[1:], lons[1:]).sum()) / (self.speed_kn * KN_TO_MPS)
            + 0.6 * S_PER_H
        )

    def _way_out(self) -> Place:
        if self.rest is None:
            return self.place
        if isinstance(self.rest, Beside):
            return place_off(self.rng, self.rest, self.t)
        if isinstance(self.rest, Adrift):
            return where(self.rest, self.t)[:2]
        return self.place

    # At rest

    def anchor(self, roads: str, until: float) -> None:
        """Sail to roads and lie at anchor there until an instant [s], or until she is needed elsewhere."""
        at = ROADS[roads]
        place = self.world.anchor_place(self.rng, at.box)
        self.anchor_at(place, at.via, until, name=at.name, kind="roads")

    def anchor_at(self, place: Place, via: str, until: float, *, name: str = "", kind: str = "anchorage"
                  ) -> None:  # fmt: skip
        """Sail to a place and lie at anchor there until an instant [s]."""
        self.sail(place, via)
        run, lying = self.phases[-1].motion, at_anchor(self.world, self.rng, place, self.ship.length_m)
        self.phases.append(
            Phase(self.t, Blend(Held(run, self.t), lying, self.t, self.t + _ANCHORING_S), AT_ANCHOR)
        )
        self.t += _ANCHORING_S
        self.phases.append(Phase(self.t, lying, AT_ANCHOR))
        self.rest = lying
        self.open_visit(name, "", kind, place)
        self.t = max(self.t, until)
        self.place = place

    def lie_adrift(self, place: Place, via: str, until: float) -> None:
        """Sail to a place at sea and drift from there until an instant [s]."""
        self.sail(place, via)
        run, drifting = self.phases[-1].motion, adrift(self.world, self.rng, place, self.t)
        self.phases.append(
            Phase(self.t, Blend(Held(run, self.t), drifting, self.t, self.t + _ANCHORING_S), UNDERWAY)
        )
        self.t += _ANCHORING_S
        self.phases.append(Phase(self.t, drifting, UNDERWAY))
        self.rest = drifting
        self.t = max(self.t, until)

    def hold(self, place: Place, via: str) -> None:
        """Sail to a place and keep it under engine."""
        self.sail(place, via)
        run = self.phases[-1].motion
        self.rest = Held(run, self.t)
        self.phases.append(Phase(self.t, self.rest, UNDERWAY))

    def wait(self, until: float) -> None:
        """Lie on as she lies until an instant [s]."""
        self.t = max(self.t, until)

    def begin_at_anchor(self, roads: str, until: float) -> None:
        """Lie at anchor in roads from the present instant until another [s]."""
        at = ROADS[roads]
        self.begin_anchored(
            self.world.anchor_place(self.rng, at.box), at.via, until, name=at.name, kind="roads"
        )

    def begin_anchored(self, place: Place, via: str, until: float, *, name: str = "", kind: str = "anchorage"
                       ) -> None:  # fmt: skip
        """Lie at anchor at a place from the present instant until another [s]."""
        self.rest = at_anchor(self.world, self.rng, place, self.ship.length_m)
        self.phases.append(Phase(self.t, self.rest, AT_ANCHOR))
        self.place, self.node = place, via
        self.open_visit(name, "", kind, place)
        self.t = max(self.t, until)

    def burn(self) -> None:
        """Forget the cargo aboard: bunkers, or what is worked beyond the sea."""
        self.holds = Holds()

    # What is broadcast

    def enter_draught(self, t: float) -> None:
        """Let the crew enter the present draught from `t` on [s], in their own manner."""
        last = self.ship.broadcasts[-1][1]
        if last.draught_m == 0.0:
            return
        entered = self.habits.entered(self.rng, t, self.draught_m)
        if entered is not None:
            self.ship.change_draught(entered[0], entered[1] - last.draught_m)

    def dark(self, start: float, end: float) -> None:
        """Switch the transponder off from `start` to `end` [s]."""
        self.ship.switched_off.append((start, end))

    # Visits

    def open_visit(self, port: str, quay: str, kind: str, place: Place) -> None:
        """Begin a row of the visits, where she comes to rest."""
        log = self.world.voyage_log
        self.visit = len(log.visits)
        log.visits.append(
            {
                "mmsi": self.ship.mmsi,
                "hull_id": self.ship.hull_id,
                "port_name": port,
                "quay": quay,
                "kind": kind,
                "start_s": self.t,
                "end_s": None,
                "lat": place[0],
                "lon": place[1],
                "draught_in_m": self.draught_m,
                "draught_out_m": self.draught_m,
                "tonnes_loaded": 0.0,
                "tonnes_discharged": 0.0,
                "aboard_t": self.holds.tonnes,
            }
        )

    def close_visit(self, t: float) -> None:
        """End the open row of the visits, when she leaves [s]."""
        if self.visit is not None:
            self.world.voyage_log.visits[self.visit] |= {"end_s": t, "aboard_t": self.holds.tonnes}
            self.visit = None

    # The end

    def finish(self, t_end: float | None = None) -> None:
        """Give the ship its voyage: until the sea ends, or until an instant [s]."""
        end = self.world.seconds if t_end is None else t_end
        self.ship.voyage = make_voyage(self.world, self.phases, end)


def _fit_beam(ship: Ship, hull: Hull) -> None:
    """Give a ship the beam of its hull, also in what it broadcasts."""
    ship.beam_m = hull.beam_m
    at, attributes = ship.broadcasts[0]
    if attributes.to_port + attributes.to_starboard > 0:
        share = attributes.to_port / (attributes.to_port + attributes.to_starboard)
        to_port = max(round(hull.beam_m * share), 1)
        to_starboard = max(round(hull.beam_m) - to_port, 1)
        ship.antenna_right_m = (to_port - to_starboard) / 2.0
        attributes = attributes._replace(to_port=to_port, to_starboard=to_starboard)
    ship.broadcasts[0] = (at, attributes)


def _later(run: Route, seconds: float) -> Route:
    times = tuple(t + seconds for t in run.times)
    return Route(times, run.lats, run.lons, run.yaw, run.round_s)
