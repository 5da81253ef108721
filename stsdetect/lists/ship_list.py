"""What every form of a list is read into: entries as text, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["ship", "unclear", "other"]
"""What the list says an entry is: a ship; nothing; a person, a company, an aircraft and so on."""


class Entry(NamedTuple):
    """One entry of a list, numbers and names as they are written there."""

    line: int
    """Line of the file where it begins, from 1."""
    kind: Kind = "unclear"
    imo: tuple[str, ...] = ()
    mmsi: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The name first, then former and other names."""
    callsign: str | None = None
    flag: str | None = None
    length_m: float | None = None
    listed_on: date | None = None
    list_name: str | None = None
    list_date: date | None = None
    key: str | None = None
    """Id of the entry within its list."""


@dataclass
class ShipList:
    """A list as it was read.

    Attributes
    ----------
    name : str
        What it is and its file, for messages.
    form : str
        In which published form it is.
    title : str
        Name of the list for entries that do not give one.
    entries : list of Entry
        Ships, and entries of which the list does not say what they are.
    others : list of int
        Lines of entries that are not ships.
    list_date : date or None
        Date of the list.
    sha256 : str
        SHA-256 of the file, hexadecimal.
    other_names : dict
        Names by `Entry.key`, for the entries of another file of the same list (``ALT.CSV``).
    remarks : list of str
        What could not be read, and what was guessed.
    """

    name: str
    form: str
    title: str
    entries: list[Entry] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    list_date: date | None = None
    sha256: str = ""
    other_names: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def n_entries(self) -> int:
        """How many entries the list has, of any kind."""
        return len(self.entries) + len(self.others) + sum(map(len, self.other_names.values()))

    def add(self, entry: Entry) -> None:
        """Add an entry, of one that is not a ship the line only."""
        if entry.kind == "other":
            self.others.append(entry.line)
        else:
            self.entries.append(entry)
