"""Geometry on the earth: angles, distances, hull outlines, neighbour search, coast, routes by water and sun.

Plain functions on arrays of positions [deg] and lengths [m]: no tables, and no thresholds of detection except
the grid of `sailing`, which is part of `DarkParams`. The bundled coast, ``data/coast.parquet``, is written by
``fixtures/make_coast.py``.

Safe to change: any helper, as long as the hand-checked numbers of ``tests/geo`` hold.
"""
