"""A ship's days: sailing by the fairways, anchoring, berthing, working cargo, lying alongside a ship."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.simulation.trade.fairways import NODES, fairway_between
from stsdetect.simulation.trade.loading import FORMS, DraughtHabits, Hull
from stsdetect.simulation.trade.quays import EMBARGOED_PORTS, QUAYS, ROADS, ROADS_OF, SEA_WATER
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
from stsdetect.simulation.world.stage import AT_ANCHOR, MOORED, UNDERWAY, Place, World, offset
from stsdetect.simulation.world.voyage_log import Holds, Parcel
from stsdetect.simulation.world.voyages import BERTHING_S, adrift, at_anchor, make_voyage, place_off
from stsdetect.units import KN_TO_MPS, S_PER_H

_CAST_OFF_S, _ANCHORING_S = 1800.0, 1200.0
_SLOWEST_KN = 0.5
_WAIT_AT_ANCHOR_S = 1.5 * S_PER_H  # shorter delays are sailed off by slow steaming [J]


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
    left_at: float = float("-inf")
    density: float = SEA_WATER
    open_visit: int | None = None

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

    def sail(self, goal: Place, via: str, *, arrive_after: float = float("-inf"), slow_to_m: float = 4000.0
             ) -> tuple[float, float]:  # fmt: skip
        """Sail by the fairways to a place near a waypoint; when she leaves and arrives [s].

        A ship that would arrive before `arrive_after` leaves later, or sails slowly where she cannot wait:
        adrift, alongside another, or under way already.
        """
        first = self._way_out()
        between = _without_detour(first, fairway_between(self.node, via), goal)
        places = keep_right([first, *between, goal], float(self.rng.uniform(0.15, 1.0)))
        yaw, cast_off = Wobble.draw(self.rng, 1.0, 200.0), 0.0 if self.rest is None else _CAST_OFF_S

        def run_at(speed_kn: float) -> Route:
            return route(places, speed_kn, start=0.0, slow_from_m=2500.0, slow_to_m=slow_to_m, yaw=yaw)

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
        self._close_visit(leave)
        self.phases.append(Phase(start, run, UNDERWAY))
        self.rest, self.left_at = None, leave
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

    def anchor_at(self, place: Place, via: str, until: float, *, name: str = "", kind: str = "anchorage",
                  arrive_after: float = float("-inf")) -> None:  # fmt: skip
        """Sail to a place and lie at anchor there until an instant [s]."""
        self.sail(place, via, arrive_after=arrive_after)
        run, lying = self.phases[-1].motion, at_anchor(self.world, self.rng, place, self.ship.length_m)
        self.phases.append(
            Phase(self.t, Blend(Held(run, self.t), lying, self.t, self.t + _ANCHORING_S), AT_ANCHOR)
        )
        self.t += _ANCHORING_S
        self.phases.append(Phase(self.t, lying, AT_ANCHOR))
        self.rest = lying
        self._open_visit(name, "", kind, place)
        self.t = max(self.t, until)
        self.place = place

    def lie_adrift(
        self, place: Place, via: str, until: float, *, arrive_after: float = float("-inf")
    ) -> None:
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
        self._open_visit(name, "", kind, place)
        self.t = max(self.t, until)

    def call(
        self,
        quay: str,
        *,
        load: Parcel | None = None,
        discharge: float = 1.0,
        rate_tph: float = 400.0,
        idle_h: float = 1.5,
        shift_to: str | None = None,
        arrive_after: float = float("-inf"),
    ) -> dict[str, Any]:
        """Call at a quay: wait for a berth, moor, work cargo, and leave with the next voyage.

        Parameters
        ----------
        quay : str
            Key of `stsdetect.simulation.trade.quays.QUAYS`.
        load : Parcel, optional
            Cargo to load.
        discharge : float
            Share of the cargo aboard that is discharged first.
        rate_tph : float
            Tonnes worked per hour.
        idle_h : float
            Hours alongside besides the work.
        shift_to : str, optional
            Quay of the same port to which she shifts in the middle of the work.
        arrive_after : float
            She comes no earlier [s].

        Returns
        -------
        dict
            The row of the visit, of its last berth.
        """
        at = QUAYS[quay]
        out = self.holds.tonnes * discharge
        tonnes = out + (load.tonnes if load else 0.0)
        work = (idle_h + tonnes / rate_tph) * S_PER_H
        shares = (0.5, 0.5) if shift_to else (1.0, 0.0)
        ready = max(self.t + self.seconds_to(at.off(0), at.via), arrive_after) + BERTHING_S + _CAST_OFF_S
        log = self.world.voyage_log
        number, start = log.reserve(quay, at.berths, ready, work * shares[0] + 1800.0)
        roads = ROADS_OF.get(at.via)
        if start - ready > _WAIT_AT_ANCHOR_S and roads is not None:
            log.release(quay, number, start)
            self.anchor(roads, self.t)
            ready = self.t + self.seconds_to(at.off(0), at.via) + BERTHING_S + _CAST_OFF_S
            number, start = log.reserve(quay, at.berths, ready, work * shares[0] + 1800.0)
        self._moor(quay, number, start)
        if out > 0.0:
            self._discharge(out * shares[0], self.t + work * shares[0])
        self.t += work * shares[0]
        if shift_to is not None:
            other = QUAYS[shift_to]
            number, start = log.reserve(shift_to, other.berths, self.t + 2.0 * S_PER_H, work / 2.0 + 1800.0)
            self._moor(shift_to, number, start)
            if out > 0.0:
                self._discharge(out * 0.5, self.t + work / 2.0)
            self.t += work / 2.0
        if load is not None:
            self.holds = self.holds.add_parcel(load)
        row = log.visits[self.open_visit] if self.open_visit is not None else {}
        row["tonnes_loaded"] = load.tonnes if load else 0.0
        row["draught_out_m"] = self.draught_m
        if tonnes > 0.0:
            self.enter_draught(self.t)
        if self.rng.random() < self.world.params.off_at_quay_share:
            self._switch_off_at_quay(float(row["start_s"]), self.t)
        return row

    def load(self, parcel: Parcel) -> None:
        """Have a parcel aboard at the end of the work at the quay where she lies."""
        self.holds = self.holds.add_parcel(parcel)
        if self.open_visit is not None:
            row = self.world.voyage_log.visits[self.open_visit]
            row["tonnes_loaded"] += parcel.tonnes
            row["draught_out_m"] = self.draught_m
        self.enter_draught(self.t)

    def burn(self) -> None:
        """Forget the cargo aboard: bunkers, or what is worked beyond the sea."""
        self.holds = Holds()

    def begin_moored(self, quay: str, hours: float) -> None:
        """Lie at a quay from the present instant for some hours."""
        at = QUAYS[quay]
        number, start = self.world.voyage_log.reserve(quay, at.berths, self.t, hours * S_PER_H)
        self.t = start
        self._fast_at(quay, number)
        self.t += hours * S_PER_H

    def _moor(self, quay: str, number: int, start: float) -> None:
        at = QUAYS[quay]
        self.sail(at.off(number), at.via, arrive_after=start - BERTHING_S)
        run = self.phases[-1].motion
        moored = self._moored(quay, number)
        self.phases.append(
            Phase(self.t, Blend(Held(run, self.t), moored, self.t, self.t + BERTHING_S), UNDERWAY)
        )
        self.t += BERTHING_S
        self._fast_at(quay, number, moored)

    def _moored(self, quay: str, number: int) -> Fixed:
        at = QUAYS[quay]
        lat, lon = at.berth(number)
        turn = 180.0 if self.rng.random() < 0.5 else 0.0
        return Fixed(lat, lon, (at.heading_deg + turn) % 360.0)

    def _fast_at(self, quay: str, number: int, moored: Fixed | None = None) -> None:
        at = QUAYS[quay]
        self.rest = moored or self._moored(quay, number)
        self.phases.append(Phase(self.t, self.rest, MOORED))
        self.place, self.node, self.density = at.off(number), at.via, at.density
        self._open_visit(at.port, quay, "berth", at.berth(number))

    def _discharge(self, tonnes: float, done: float) -> None:
        self.holds, taken = self.holds.take(tonnes)
        log, number = self.world.voyage_log, self.open_visit
        if number is None:
            return
        log.visits[number]["tonnes_discharged"] += taken.tonnes
        log.visits[number]["draught_out_m"] = self.draught_m
        for parcel in taken.parcels:
            log.discharges.append(
                {
                    "visit": number,
                    "mmsi": self.ship.mmsi,
                    "hull_id": self.ship.hull_id,
                    "port_name": log.visits[number]["port_name"],
                    "arrival_s": log.visits[number]["start_s"],
                    "done_s": done,
                    "tonnes": parcel.tonnes,
                    "cargo": parcel.cargo,
                    "origin_port": parcel.origin_port,
                    "transfers": parcel.transfers,
                    "renamed": False,
                    "embargoed": parcel.origin_port in EMBARGOED_PORTS
                    or log.visits[number]["port_name"] in EMBARGOED_PORTS,
                }
            )

    # Alongside another ship

    def alongside(
        self, beside: Beside, via: str, start: float, end: float, nav_status: int = UNDERWAY
    ) -> None:
        """Sail up to a ship, lie alongside from `start` to `end` [s], and stay there until she sails on."""
        arrive = start - BERTHING_S
        approach = place_off(self.rng, beside, arrive)
        self.sail(approach, via, arrive_after=arrive)
        run = self.phases[-1].motion
        self.phases.append(Phase(self.t, Blend(Held(run, self.t), beside, self.t, start), UNDERWAY))
        self.phases.append(Phase(start, beside, nav_status))
        self.rest, self.t = beside, end
        self.place = where(beside, end)[:2]

    def take_from(self, giver: Trader, tonnes: float, start: float, end: float) -> int:
        """Move cargo from another ship alongside, and say so in the truth; the row of the transfer."""
        log, before = self.world.voyage_log, (giver.draught_m, self.draught_m)
        giver.holds, moved = giver.holds.take(tonnes)
        number = len(log.transfers)
        self.holds = self.holds.add(
            Holds(
                tuple(Parcel(p.tonnes, p.cargo, p.origin_port, (*p.transfers, number)) for p in moved.parcels)
            )
        )
        log.transfers.append(
            {
                "giver": giver.ship.mmsi,
                "giver_hull_id": giver.ship.hull_id,
                "receiver": self.ship.mmsi,
                "receiver_hull_id": self.ship.hull_id,
                "start_s": start,
                "end_s": end,
                "place": where(self.rest, (start + end) / 2.0)[:2] if self.rest else self.place,
                "tonnes": moved.tonnes,
                "cargo": moved.parcels[0].cargo if moved.parcels else "",
                "embargoed": any(p.origin_port in EMBARGOED_PORTS for p in moved.parcels),
                "giver_draughts_m": (before[0], giver.draught_m),
                "receiver_draughts_m": (before[1], self.draught_m),
            }
        )
        for trader in (giver, self):
            trader.enter_draught(end)
        return number

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

    def _switch_off_at_quay(self, start: float, end: float) -> None:
        first = start + float(self.rng.uniform(0.3, 3.0)) * S_PER_H
        last = end - float(self.rng.uniform(0.2, 1.0)) * S_PER_H
        if last > first + S_PER_H:
            self.dark(first, last)

    # Visits

    def _open_visit(self, port: str, quay: str, kind: str, place: Place) -> None:
        log = self.world.voyage_log
        self.open_visit = len(log.visits)
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

    def _close_visit(self, t: float) -> None:
        if self.open_visit is not None:
            self.world.voyage_log.visits[self.open_visit] |= {"end_s": t, "aboard_t": self.holds.tonnes}
            self.open_visit = None

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


def keep_right(places: list[Place], share: float) -> list[Place]:
    """Waypoints moved to starboard, so that ships do not sail in one line nor head on.

    `share` is that of the room beside the fairway: 1.2 km at sea, 250 m in the bay, 120 m in the river [J].

    Examples
    --------
    >>> keep_right([(30.0, 123.0), (30.1, 123.0), (30.2, 123.0)], 1.0)[1][1] > 123.01
    True
    """
    out = [places[0]]
    for before, place, after in zip(places, places[1:], places[2:], strict=False):
        east, north = local_offset_m(*before, *after)
        far = max(float(np.hypot(east, north)), 1.0)
        room = _room_m(place) * share
        out.append(offset(place, room * float(north) / far, -room * float(east) / far))
    return [*out, places[-1]] if len(places) > 1 else out


def _room_m(place: Place) -> float:
    lat, lon = place
    if lon > 122.55:
        return 1200.0
    return 120.0 if lat > 31.2 else 250.0


def _without_detour(first: Place, between: list[Place], last: Place) -> list[Place]:
    """Waypoints; without the only one where both ends lie near it, so that none is visited for nothing."""
    if len(between) == 1 and distance_m(*first, *last) < 5000.0:
        return []
    return between
