"""Lists of ships to look out for, and how a broadcast identity is matched against them."""

from stsdetect.lists.watchlist import match_watchlist, read_watchlist

__all__ = ["match_watchlist", "read_watchlist"]
