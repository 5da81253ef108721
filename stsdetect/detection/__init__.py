"""Detection: what vessels did, as tables of gaps, loitering, anchor readings, encounters and solo stops.

In: the tables of `stsdetect.tracks`, the reception model and the context. Out: GAPS, LOITERING,
ANCHOR_READINGS, CONTACTS, ENCOUNTERS, DARK_ENCOUNTERS and SOLO_STOPS, which `stsdetect.score` turns into
events. The rooms `gaps`, `solo`, `encounters` and `dark` and the modules `loitering` and `berths` each make
the tables of their name; several of them use `vessel_attributes`. Functions that `stsdetect` itself exports
take frames of any kind and return pandas; the others are for the pipeline, and take valid polars tables and
return polars.

To add a detector, add a module with its parameters in `stsdetect.params` and its table in `stsdetect.schema`;
`loitering` is the smallest example.
"""

from stsdetect.detection.berths import find_berths, learn_berths
from stsdetect.detection.dark.find import dark_encounters, find_dark_encounters, gaps_of_too_many
from stsdetect.detection.encounters.contacts import contact_blocks, find_contacts, in_crowd
from stsdetect.detection.encounters.find import build_encounters, find_encounters, pair_encounters
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.detection.gaps.dropouts import adjust_for_dropouts
from stsdetect.detection.gaps.find import find_gaps, gaps_of_shard
from stsdetect.detection.loitering import find_loitering, loitering_spells
from stsdetect.detection.solo.anchor_reading import find_anchor_readings, read_anchors, readings_of_stops
from stsdetect.detection.solo.find import find_solo_stops, select_solo_stops
from stsdetect.detection.solo.host_and_guest import with_host
from stsdetect.detection.solo.stop_traits import stop_traits
from stsdetect.detection.solo.swing_fit import swing_fits

__all__ = [
    "adjust_for_dropouts",
    "build_encounters",
    "contact_blocks",
    "dark_encounters",
    "find_anchor_readings",
    "find_berths",
    "find_contacts",
    "find_dark_encounters",
    "find_encounters",
    "find_gaps",
    "find_loitering",
    "find_solo_stops",
    "gaps_of_shard",
    "gaps_of_too_many",
    "in_crowd",
    "learn_berths",
    "link_encounters",
    "loitering_spells",
    "pair_encounters",
    "read_anchors",
    "readings_of_stops",
    "select_solo_stops",
    "stop_traits",
    "swing_fits",
    "with_host",
]
