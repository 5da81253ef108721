"""Gaps in the tracks of vessels, and how likely each was a switch-off.

In: POINTS, SEGMENTS, STATIC, a `Reception` and the `Context`. Out: GAPS. A run calls `gaps_of_shard` for the
vessels of each bucket and `adjust_for_dropouts` once for the gaps of all; `find_gaps` does both in memory.

- `find`: gaps between consecutive fixes, and what is known about each of them.
- `switch_off`: log-likelihood ratio and probability of a switch-off.
- `observability`: hours in which the vessel was surely inside the area and the coverage; reports due.
- `routes`: paths that a vessel may have sailed during a gap.
- `dropouts`: gaps that the feed itself makes, by a false discovery rate.

Safe to change: any value of `GapParams`. To describe gaps by one more column, add it to GAPS and a
`_with_...` step to `find`; `switch_off` does not read it.
"""
