"""Clocks that a log holds: the last resort for sentences without a receive time of their own.

``rollover`` compares the clocks at the beginning of a log, ``log_clocks`` stamps messages by GNSS receivers
(RMC, ZDA) and by base stations (``base_station_clock``).
"""
