"""The world in which scenes are set: water, ships, how hulls move, what crews enter and what is received.

`stage` holds `World`, the sea in the making, which each scene changes; `voyages` builds voyages from the
motions of `hull_motion`; `fleet` invents ships; `water` gives tide and wind; `crews` lets crews forget or
edit draughts; `radio` turns voyages into the reports that reach the dump, as tables from which
`stsdetect.simulation.sea` makes POSITIONS and STATIC.

Safe to add: a kind of ship (a row of `fleet.KINDS`), a place (a constant of `stage`), a motion (a class with
`pose`). Any change of a number, or one more draw from a generator that is already drawn from, changes every
sea that was published with its seed.
"""
