"""Times of dumps to milliseconds since 1970 UTC.

``timestamps`` converts a column, ``time_text`` reads text to its end, ``time_zones`` knows the zones that
text may name.
"""
