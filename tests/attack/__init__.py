"""Seas that are valid but extreme, and the memory that a run may take on them.

`test_seas` runs small ones. By hand, in full size, with the time and the peak memory of each run::

    python -m tests.attack [--workers N] [NAME ...]
"""
