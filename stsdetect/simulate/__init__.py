"""A sea off Hangzhou Bay with known transfers and look-alikes, for tests, training and demos.

Presets (`stsdetect.simulate.PRESETS`)
    ``demo``  30 h, about 90 ships, a report a minute; the bundled fixture comes from it.
    ``day``   24 h, about 550 ships, all reports.

`simulate` gives tables, `write_sea` writes them as a user's dump with the truth beside it.
"""

from stsdetect.simulate.params import SeaParams
from stsdetect.simulate.sea import PRESETS, Sea, simulate
from stsdetect.simulate.write import write_sea

__all__ = ["PRESETS", "Sea", "SeaParams", "simulate", "write_sea"]
