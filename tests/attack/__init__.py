"""Attacks on a run: what goes wrong around it may cost time, never a table."""
