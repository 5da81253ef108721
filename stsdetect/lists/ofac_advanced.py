"""SDN_ADVANCED.XML and CONS_ADVANCED.XML of OFAC, in the Advanced Sanctions Data Model.

What the codes mean stands first in the file, then documents such as IMO numbers by identity, then parties
with their names, then entries with the dates of listing by profile. Only ships are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from stsdetect.lists.entry_text import imo_numbers_in
from stsdetect.lists.list_dates import date_of
from stsdetect.lists.ship_list import Entry, ShipList
from stsdetect.lists.xml_records import Record

ADVANCED_RECORDS = frozenset(
    ["DateOfIssue", "PartySubType", "PartyType", "IDRegDocType", "FeatureType", "IDRegDocument",
     "DistinctParty", "SanctionsEntry"]
)  # fmt: skip
"""Tags of the elements that are read."""

_OF_SHIPS = ("Vessel Registration Identification", "IMO Number", "MMSI")


def read_advanced(found: ShipList, _root: Record, records: Iterator[Record]) -> None:
    """Read the ships of ``Sanctions`` into `found`."""
    words: dict[tuple[str, str], str] = {}
    numbers: dict[str, list[tuple[str, str]]] = {}
    ships: dict[str, Entry] = {}
    for record in records:
        if record.tag in ("PartySubType", "PartyType", "IDRegDocType", "FeatureType"):
            words[record.tag, record.attributes.get("ID", "")] = record.text.strip()
        elif record.tag == "DateOfIssue":
            found.list_date = _date(record)
        elif record.tag == "IDRegDocument":
            kind = words.get(("IDRegDocType", record.attributes.get("IDRegDocTypeID", "")), "")
            number = record.first("IDRegistrationNo")
            if kind in _OF_SHIPS and number:
                numbers.setdefault(record.attributes.get("IdentityID", ""), []).append((kind, number))
        elif record.tag == "DistinctParty":
            for profile in record.all("Profile"):
                if words.get(("PartySubType", profile.attributes.get("PartySubTypeID", ""))) == "Vessel":
                    ships[profile.attributes.get("ID", "")] = _ship(profile, words, numbers)
                else:
                    found.others.append(record.line)
        else:
            _add_date(ships, record)
    found.entries += ships.values()


def _ship(
    profile: Record, words: dict[tuple[str, str], str], numbers: dict[str, list[tuple[str, str]]]
) -> Entry:
    identities = profile.all("Identity")
    documents = [d for one in identities for d in numbers.get(one.attributes.get("ID", ""), [])]
    features = {
        words.get(("FeatureType", feature.attributes.get("FeatureTypeID", "")), ""): feature.first(
            "FeatureVersion", "VersionDetail"
        )
        for feature in profile.all("Feature")
    }
    names = [
        " ".join(alias_name.texts("DocumentedNamePart", "NamePartValue"))
        for alias in sorted(
            (a for one in identities for a in one.all("Alias")),
            key=lambda a: a.attributes.get("Primary", "").casefold() != "true",
        )
        for alias_name in alias.all("DocumentedName")
    ]
    return Entry(
        profile.line,
        "ship",
        imo=tuple(n for kind, text in documents if kind != "MMSI" for n in imo_numbers_in(f"IMO {text}")),
        mmsi=tuple(text for kind, text in documents if kind == "MMSI"),
        names=tuple(dict.fromkeys(filter(None, names))),
        callsign=features.get("Vessel Call Sign") or features.get("Call Sign"),
        flag=features.get("Vessel Flag"),
        key=profile.attributes.get("ID"),
    )


def _add_date(ships: dict[str, Entry], record: Record) -> None:
    """The earliest day on which the ship of a ``SanctionsEntry`` was listed."""
    profile = record.attributes.get("ProfileID", "")
    if profile not in ships:
        return
    days = [_date(one) for one in record.all("EntryEvent", "Date")] + [ships[profile].listed_on]
    ships[profile] = ships[profile]._replace(listed_on=min(filter(None, days), default=None))


def _date(record: Record) -> date | None:
    return date_of("-".join(record.first(part) or "" for part in ("Year", "Month", "Day")))
