"""Dark encounters: encounters that were possible during a gap of one or both vessels.

In: GAPS, LOITERING, and optionally IDENTITY, STATIC, SEGMENTS and the `Context`. Out: DARK_ENCOUNTERS, for
each gap the best candidates and how many others there were. A run calls `dark_encounters`;
`find_dark_encounters` is the same for users, with pandas in and out.

- `find`: which gaps are searched, and the order of the steps.
- `prism`: space-time prisms: when and at which speed a vessel could have been at a place.
- `candidates`: quick search for pairs whose prisms may intersect.
- `with_loitering`, `with_gaps`: measure the pairs of a gap with a loitering vessel, and of two gaps.
- `rendezvous`: the place at which two vessels in a gap could have spent the longest time together.
- `second_transponder`: finds second transponders on the hull that is in the gap, which are left out.
- `ranking`: support of each candidate, and its probability in competition with the others.
- `around_land`: measures the best candidates again, by routes around land.

Safe to change: any value of `DarkParams`; the terms of the support in `ranking`.
"""
