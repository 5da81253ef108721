"""Integer codes for the names of receiving stations.

A log names the station on nearly every line, so names are compared by hashes of their bytes and each name
becomes text only once.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Ints, Words
from stsdetect.decode.nmea.sentences import SPAN_BYTES, Block

Codes = NDArray[np.int32]
UNKNOWN = 0
"""Code where no station is named."""
_MAX_NAMES = 100_000


class StationNames:
    """Assigns codes to station names in order of appearance.

    Examples
    --------
    >>> names = StationNames()
    >>> names.of_texts(pl.Series(["north", None, "south", "north"])).tolist()
    [1, 0, 2, 1]
    >>> names.names
    ['', 'north', 'south']
    """

    def __init__(self) -> None:
        self.names = [""]
        self._code = {"": UNKNOWN}
        self._hashes: Words = np.empty(0, np.uint64)
        self._codes: Codes = np.empty(0, np.int32)

    def code(self, name: str) -> int:
        """Code of one name; `UNKNOWN` once a hostile log has used up all codes."""
        if name not in self._code:
            if len(self.names) >= _MAX_NAMES:
                return UNKNOWN
            self._code[name] = len(self.names)
            self.names.append(name)
        return self._code[name]

    def of_texts(self, texts: pl.Series) -> Codes:
        """Code of each name, `UNKNOWN` for null."""
        codes = {name: self.code(name) for name in dict.fromkeys(texts.to_list()) if name is not None}
        return np.array([codes.get(name, UNKNOWN) for name in texts.to_list()], np.int32)

    def of_spans(self, block: Block, start: Ints, end: Ints) -> Codes:
        """Code of the name in each span of bytes; spans longer than `SPAN_BYTES` are cut."""
        end = np.minimum(end, start + SPAN_BYTES)
        hashes = block.span_hash(start, end)
        at = np.searchsorted(self._hashes, hashes)
        known = at < len(self._hashes)
        known[known] = self._hashes[at[known]] == hashes[known]
        if not known.all():
            new, first = np.unique(hashes[~known], return_index=True)
            where = np.flatnonzero(~known)[first]
            codes = [self.code(block.text(int(start[k]), int(end[k])).strip()) for k in where.tolist()]
            self._hashes = np.concatenate([self._hashes, new])
            self._codes = np.concatenate([self._codes, np.array(codes, np.int32)])
            order = np.argsort(self._hashes)
            self._hashes, self._codes = self._hashes[order], self._codes[order]
            at = np.searchsorted(self._hashes, hashes)
        return self._codes[at]
