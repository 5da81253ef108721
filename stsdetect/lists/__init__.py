"""Lists of ships of interest, such as sanction lists, and how broadcast identities are matched against them.

In: lists as they are published, or bundled in ``data/``, and IDENTITY. Out: WATCHLIST and WATCHLIST_MATCHES.
To bundle another list, put its CSV into ``data/`` and its name into `watchlist.BUNDLED`. To read another
form, turn its entries into `ship_list.Entry`, as `xml_lists` and `csv_lists` do.
"""

from stsdetect.lists.list_matches import match_watchlist
from stsdetect.lists.watchlist import read_watchlist, read_watchlists

__all__ = ["match_watchlist", "read_watchlist", "read_watchlists"]
