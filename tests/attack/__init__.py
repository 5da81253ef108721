"""Attacks on a run: what goes wrong around it may cost time, never a table; extreme seas cost no memory either.

`test_seas` runs small seas. By hand, in full size, with the time and the peak memory of each run::

    python -m tests.attack [--workers N] [NAME ...]
"""
