"""Geometry on the ground: distances, angles, hull outlines, neighbour search."""
