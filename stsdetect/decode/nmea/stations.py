"""Numbers for the names of receiving stations, found in the bytes of a log without making text of each."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Ints, Words
from stsdetect.decode.nmea.sentences import SPAN_BYTES, Block

Codes = NDArray[np.int32]
UNKNOWN = 0
_MAX_NAMES = 100_000


class StationNames:
    """Numbers station names in order of appearance; 0 is no name.

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
        """Number of one name; 0 where a hostile log has used up all numbers."""
        if name not in self._code:
            if len(self.names) >= _MAX_NAMES:
                return UNKNOWN
            self._code[name] = len(self.names)
            self.names.append(name)
        return self._code[name]

    def of_texts(self, texts: pl.Series) -> Codes:
        """Number of each text, 0 for null."""
        codes = {name: self.code(name) for name in dict.fromkeys(texts.to_list()) if name is not None}
        return np.array([codes.get(name, UNKNOWN) for name in texts.to_list()], np.int32)

    def of_spans(self, block: Block, start: Ints, end: Ints) -> Codes:
        """Number of the name that stands in each span; spans beyond `SPAN_BYTES` are cut."""
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
