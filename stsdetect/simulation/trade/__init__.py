"""What voyages with cargo are made of: fairways, quays, hulls that take cargo, and the days of a ship.

`fairways` is the net of routes, `quays` the berths and roads, `loading` the draughts of a hull with cargo,
`trader` a ship whose voyage is written step by step, `port_calls` its calls at quays and `ship_to_ship` the
cargo that passes alongside. What truly happens is kept in `stsdetect.simulation.world.voyage_log`.
"""
