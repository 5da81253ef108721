"""Watchlists, and how broadcast identities are matched against them.

In: a CSV or a list bundled in ``data/``, and IDENTITY. Out: WATCHLIST and WATCHLIST_MATCHES. To bundle
another list, put its CSV into ``data/`` and its name into `watchlist.BUNDLED`; nothing else.
"""

from stsdetect.lists.watchlist import match_watchlist, read_watchlist

__all__ = ["match_watchlist", "read_watchlist"]
