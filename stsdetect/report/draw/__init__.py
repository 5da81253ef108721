"""Pictures: inline SVG for the cards of the report, and matplotlib plots for notebooks.

In: tracks and hull sizes of a pair (`pair_tracks`), or tables (the ``plot_*`` modules). Out: SVG or axes.
Nothing here is written to a table, so colours, sizes and labels may be changed freely.
"""
