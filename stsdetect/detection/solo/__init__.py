"""Ships alone: about which fixed point they swing, and whether it is their own anchor.

In: POINTS, LOITERING, IDENTITY. Out: ANCHOR_READINGS. `swing_parts` cuts a stop where the fixed point
changes, `swing_fit` fits it in the hull's frame, `circle_fit` where headings are missing, `anchor_law` says
where it is expected by the ship's other stops and by ships nearby, and `anchor_reading` compares.
`host_and_guest` says of two ships that are received which one is the host.
"""
