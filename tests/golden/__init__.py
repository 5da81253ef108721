"""Digests of every table of five runs, so that a change of the code cannot move a detection unseen."""
