"""What voyages with cargo are made of: fairways, quays, hulls that take cargo, and the days of a ship.

`fairways` is the net of routes, `quays` the berths and roads, `loading` the draughts of a hull with cargo,
`itinerary` a ship whose voyage is written step by step: sail, anchor, berth, work cargo, lie alongside. What
truly happens is kept in `stsdetect.simulation.world.voyage_log`.
"""
