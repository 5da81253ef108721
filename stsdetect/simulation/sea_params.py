"""Parameters of a simulated sea. Nothing here moves a detection.

Keys in brackets are those of docs/references.md; `[J]` is our judgement, which no source gives: a plausible
value that `stsdetect.simulation.vary` draws from a wide range, so that nothing is fitted to it. Counts of
scenes are free choices and need no source.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import pandas as pd

from stsdetect.errors import ParamError
from stsdetect.params import Checked, check_known, param, to_toml_value
from stsdetect.toml_files import parse_toml


@dataclass(frozen=True, kw_only=True, slots=True)
class SeaParams(Checked):
    """Size, scenes, radio and dirt of a simulated sea.

    A field with the name of a scene (`stsdetect.simulation.scenes`) says how many of it there are. Scenes are
    set in the order of these fields, and later ones take the MMSIs and anchor places that earlier ones leave:
    a new count may be put anywhere, but moving a field changes the seas in which it is not 0.

    Examples
    --------
    >>> p = SeaParams(hours=6, anchored=12)
    >>> SeaParams.from_toml(p.to_toml()) == p
    True
    >>> SeaParams(hours=0)
    Traceback (most recent call last):
        ...
    stsdetect.errors.ParamError: SeaParams.hours = 0.0 must be above 0
    """

    # Time
    start: str = param(
        "2019-08-14T00:00:00Z",
        "first instant [UTC]; UN experts counted 47 coal shipments by barge into Hangzhou Bay from May to "
        "August 2019 [L6]",
    )
    hours: float = param(30.0, "length [h]", gt=0)

    # Transfers
    open_transfers: int = param(1, "outside the anchorages, both ships received", ge=0)
    crowd_transfers: int = param(1, "at anchor inside a crowded anchorage, both ships received", ge=0)
    dark_transfers: int = param(1, "one ship switched off, the other received", ge=0)
    both_dark: int = param(0, "both ships switched off", ge=0)
    repeats: int = param(0, "pairs that lie alongside twice or three times", ge=0)
    one_to_many: int = param(0, "ships served by three others in turn", ge=0)
    rafts: int = param(0, "three or four hulls made fast at once", ge=0)
    hidden_partners: int = param(
        0, "transfers with a partner that never transmits, beside those that the share turns into such", ge=0
    )
    hidden_partner_share: float = param(
        0.0, "share of the transfers above whose partner is never received [J]", ge=0, le=1
    )
    hidden_left_out: str = param(
        "",
        "families of hidden partners that are not set, with commas between them, for a model judged on them",
    )
    bunkerings: int = param(
        1, "lawful: bunker barge alongside at an official bunkering anchorage, by day", ge=0
    )
    lighterings: int = param(0, "lawful: bulk carrier into a coaster at the lightering anchorage", ge=0)

    # Look-alikes
    tows: int = param(1, "tug and tow on a line; every third is pushed", ge=0)
    pilotages: int = param(1, "pilot boats, each beside some ships under way for minutes", ge=0)
    trawler_pairs: int = param(1, "pair trawlers", ge=0)
    dredgings: int = param(1, "dredgers with one or two barges alongside", ge=0)
    dual_transponders: int = param(
        1, "hulls with two transponders, both on at once or one after the other", ge=0
    )
    close_neighbours: int = param(1, "pairs anchored within two or three lengths of each other", ge=0)
    supplies: int = param(0, "crew and stores boats beside anchored ships", ge=0)
    cranes: int = param(0, "floating cranes beside anchored ships", ge=0)
    berths: int = param(0, "quays with three ships in line and one double-banked", ge=0)
    fishing_rafts: int = param(0, "four fishing boats made fast side by side", ge=0)
    net_beacons: int = param(0, "strings of five net beacons shown as ships", ge=0)
    circles: int = param(0, "spots where GNSS spoofing sends three ships round in circles", ge=0)

    # Look-alikes of a ship beside an unseen one
    anchor_waits: int = param(0, "small ships and barges at their own anchor offshore", ge=0)
    drifters: int = param(0, "ships adrift for a day, waiting for orders", ge=0)
    draggings: int = param(0, "ships whose anchor drags some hundred metres", ge=0)
    repairs: int = param(0, "ships not under command for hours; some without power to transmit", ge=0)
    squid_boats: int = param(0, "fishing boats adrift by night, at another place each night", ge=0)
    spud_dredgers: int = param(0, "dredgers that swing about a spud under the stern", ge=0)
    hoppers: int = param(0, "hopper dredgers between a sand ground and a dumping ground", ge=0)
    surveys: int = param(0, "survey ships on parallel lines at 3 to 5 kn", ge=0)
    cable_ships: int = param(0, "cable ships that creep and stop, with one heading", ge=0)
    buoy_tenders: int = param(0, "tenders that work an hour or two at each of some buoys", ge=0)
    buoy_moorings: int = param(0, "single point moorings with two or three tankers in turn", ge=0)
    pilot_cutters: int = param(0, "pilot cutters that wait under way on their station", ge=0)
    berth_gaps: int = param(0, "ships in a gap while they load or discharge at a quay", ge=0)
    edge_calls: int = param(0, "ships that call at a port beyond reception and come back", ge=0)

    # Traffic: ships that come alongside no other
    anchored: int = param(34, "ships in the official anchorages", ge=0)
    passing: int = param(24, "ships that sail through", ge=0)
    fishing: int = param(8, "fishing boats working alone", ge=0)
    innocent_gaps: int = param(0, "ships whose transponder fails on passage", ge=0)
    loiterers: int = param(0, "ships that stop alone outside the anchorages", ge=0)

    cases: int = param(0, "deceptions known from reports, in turn; 9 set each once", ge=0)
    shared_mmsis: int = param(0, "pairs of ships far apart that send under one MMSI", ge=0)

    # Voyages with cargo
    coal_voyages: int = param(
        0, "coal ships from North Korea that give to barges at sea, which discharge at quays", ge=0
    )
    direct_deliveries: int = param(
        0, "ships from North Korea that discharge at a quay, openly, in a gap or renamed in turn", ge=0
    )
    day_voyages: int = param(
        0, "coal by a barge or direct to Zhapu, in turn, within a day: for short seas", ge=0
    )
    oil_imports: int = param(0, "tankers that load oil at sea or at a quay and take it to North Korea", ge=0)
    transloading_platforms: int = param(
        0, "hulls at anchor that take coal from ships and give it to barges", ge=0
    )
    sand_grounds: int = param(0, "lawful: dredgers that load barges, which discharge up the Yangtze", ge=0)
    coal_coasters: int = param(0, "lawful: coasters with coal from North China to the same quays", ge=0)
    coastal_tankers: int = param(0, "lawful: tankers to and from the oil quays", ge=0)
    river_barges: int = param(0, "lawful: barges between Ningbo, Hangzhou Bay and the Yangtze", ge=0)
    shuttles: int = param(0, "container shuttles between the terminals", ge=0)
    liners: int = param(0, "container ships and bulk carriers that call once or twice", ge=0)
    ferries: int = param(0, "ferries of Chongming and Changxing", ge=0)
    bunker_rounds: int = param(0, "lawful: bunker barges that serve ships in the roads day by day", ge=0)
    harbour_craft: int = param(0, "tugs and pilot boats that go out and come back", ge=0)
    idle_ships: int = param(0, "ships that lie for days at a quay or in the roads", ge=0)
    renamed_traders: int = param(0, "lawful: coasters that get another MMSI", ge=0)

    # Crews
    draught_forgotten_share: float = param(
        0.0, "share of crews that never enter a changed draught [J]", ge=0, le=1
    )
    draught_edited_share: float = param(
        0.0, "share of ships that enter another draught though no cargo moved [J]", ge=0, le=1
    )
    status_wrong_share: float = param(
        0.0, "share of crews that set moored or under way where they lie at anchor [J]", ge=0, le=1
    )
    no_draught_share: float = param(0.0, "traders that never enter a draught [J]", ge=0, le=1)
    draught_late_h: float = param(1.0, "mean delay of a changed draught of traders [h] [J]", ge=0)
    draught_skipped_share: float = param(
        0.05, "share of the changes of draught that traders leave out [J]", ge=0, le=1
    )
    draught_wrong_share: float = param(0.03, "share that they enter 0.4 to 2 m off [J]", ge=0, le=1)
    off_at_quay_share: float = param(
        0.0, "share of the calls in which the transponder is switched off at the quay [J]", ge=0, le=1
    )
    dark_margin: float = param(
        1.0,
        "time switched off before and after a dark contact, in multiples of 1.2 to 2.1 h [J]",
        gt=0,
    )
    class_b_barges: float = param(
        0.4, "share of barges and lighters with a class B transponder [J]", ge=0, le=1
    )

    # Water and moorings
    tide_kn: float = param(1.6, "spring current near the anchorages [kn] [J]", ge=0)
    tide_ellipse: float = param(0.15, "minor over major axis of the tidal ellipse [J]", ge=0, le=1)
    wind_mps: float = param(6.0, "mean wind [m/s] [J]", ge=0)
    yaw_deg: float = param(3.0, "root mean square yaw at anchor [deg] [J]", ge=0)
    depth_m: float = param(
        0.0, "depth at the anchorages; 0: ships lie at a fixed distance from their anchor [m] [J]", ge=0
    )
    chain_over_depth: float = param(5.0, "chain paid out, in depths, as the crews of this sea do [J]", gt=1)
    chain_taut_share: float = param(
        0.5, "share of the chain on the bottom that moves with the ship: 1 taut, 0 hanging [J]", ge=0, le=1
    )
    swing_lag_min: float = param(12.0, "time in which a ship of 150 m follows wind and tide [min] [J]", ge=0)
    wind_shift_deg: float = param(
        0.0, "root mean square veering of the wind, felt by ships on a chain [deg] [J]", ge=0
    )
    fender_gap_m: float = param(2.5, "hull to hull when made fast; fenders keep about 1 to 4 m [m] [J]", gt=0)
    anchor_spacing_m: float = param(650.0, "least distance of anchors in a crowd [m] [J]", gt=0)

    # Radio
    keep_every_s: float = param(
        0.0, "receivers keep a ship's position at most this often; 0 keeps all [s]", ge=0
    )
    keep_at_rest_every_s: float = param(
        0.0, "the same for ships moored or at anchor, where it is longer [s]", ge=0
    )
    keep_static_every_s: float = param(
        360.0, "the same for static reports; sent every 360 s (ITU-R M.1371-5) [s]", ge=0
    )
    received_share: float = param(
        0.9, "share of messages received well inside a station's range [J]", gt=0, le=1
    )
    station_range_km: float = param(
        75.0,
        "class A: from there half as many messages arrive as from nearby; published about 80 km [km] [L18]",
        gt=0,
    )
    river_stations: int = param(
        0, "stations on the shores of Hangzhou Bay and the Yangtze, beside those on the islands", ge=0, le=6
    )
    river_received_share: float = param(
        0.7, "share of what the others receive that these do: cover is poor up the river [J]", gt=0, le=1
    )
    satellite_share: float = param(
        0.0, "share of messages received during a satellite pass of ten minutes [J]", ge=0, le=1
    )
    satellite_every_s: float = param(5400.0, "from one satellite pass to the next [s] [J]", gt=0)
    station_outages: int = param(0, "failures of one station, one to eight hours each", ge=0)
    feed_outages: int = param(0, "failures of all stations at once, half an hour to three hours", ge=0)
    gnss_error_m: float = param(3.0, "root mean square position error, mostly slow [m] [J]", ge=0)
    heading_error_deg: float = param(
        1.0, "standard deviation of the gyro error, constant for a ship [deg] [J]", ge=0
    )
    heading_noise_deg: float = param(
        0.4, "standard deviation of the gyro's noise, in each report [deg] [J]", ge=0
    )
    class_b_heading_share: float = param(0.0, "class B ships that broadcast a true heading [J]", ge=0, le=1)
    heading_dropout_share: float = param(0.0, "reports with heading 511, not available [J]", ge=0, le=1)
    no_size_share: float = param(0.05, "ships that broadcast no dimensions [J]", ge=0, le=1)
    no_heading_share: float = param(0.05, "class A ships that broadcast no true heading [J]", ge=0, le=1)

    # Dirt
    spike_share: float = param(0.0, "positions that lie 2 to 40 km off", ge=0, le=1)
    no_fix_share: float = param(0.0, "reports without a position: 91 N, 181 E", ge=0, le=1)
    copy_share: float = param(
        0.0, "messages that come again through another station within two seconds", ge=0, le=1
    )
    late_share: float = param(0.0, "lines written up to a minute late, out of order, in the dump", ge=0, le=1)
    broken_share: float = param(0.0, "sentences with a wrong checksum in the dump", ge=0, le=1)

    @property
    def start_time(self) -> pd.Timestamp:
        """First instant, a whole second [UTC]."""
        return pd.Timestamp(self.start).tz_convert("UTC").floor("s")

    def _cross_check(self) -> None:
        try:
            at = pd.Timestamp(self.start)
        except ValueError as error:
            raise ParamError(
                f"SeaParams.start = {self.start!r} is not a time; write 2019-08-14T00:00:00Z"
            ) from error
        if at.tzinfo is None:
            raise ParamError(f"SeaParams.start = {self.start!r} has no zone; end it with Z for UTC")

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read from TOML; what is absent keeps its default.

        Raises
        ------
        ParamError
            On invalid TOML, an unknown key, a wrong type or a value out of range.
        """
        try:
            data = parse_toml(text)
        except ValueError as error:
            raise ParamError(f"sea parameters are not valid TOML: {error}") from error
        check_known(data, [f.name for f in fields(cls)], "sea parameter")
        return cls(**data)

    def to_toml(self) -> str:
        """All values as TOML, each with its meaning as a comment."""
        lines = (
            f"# {f.metadata['source']}\n{f.name} = {to_toml_value(getattr(self, f.name))}"
            for f in fields(self)
        )
        return "\n".join(lines) + "\n"
