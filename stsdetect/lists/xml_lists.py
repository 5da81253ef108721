"""Lists that are published as XML: of OFAC, the United Nations, the EU and the United Kingdom.

Forms as they are published in 2026: root and elements of an entry are named at each function below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from stsdetect.errors import ContextError
from stsdetect.lists.entry_text import (
    imo_numbers_in,
    is_company_name,
    kind_of,
    mmsi_in,
    other_names_in,
    values_of,
)
from stsdetect.lists.list_dates import date_of
from stsdetect.lists.ofac_advanced import ADVANCED_RECORDS, read_advanced
from stsdetect.lists.ship_list import Entry, ShipList
from stsdetect.lists.text_table import is_null
from stsdetect.lists.xml_records import Record, xml_records

_Read = Callable[[ShipList, Record, Iterator[Record]], None]


def read_xml_list(stream: BinaryIO, name: str, title: str) -> ShipList:
    """Read a list in any of the forms.

    Raises
    ------
    ContextError
        When it is not well-formed, is cut, declares a document type, or is a list of none of the forms.

    Examples
    --------
    >>> import io
    >>> ship = "<sdnEntry><lastName>ALFA</lastName><sdnType>Vessel</sdnType></sdnEntry>"
    >>> file = io.BytesIO(f"<sdnList>{ship}</sdnList>".encode())
    >>> [entry.names for entry in read_xml_list(file, "watchlist sdn.xml", "sdn.xml").entries]
    [('ALFA',)]
    """
    records = xml_records(stream, name, {root: tags for root, (_, _, tags, _) in _FORMS.items()})
    root = next(records, None)
    if root is None:
        raise ContextError(f"{name} is not a list: it is empty.")
    form, publisher, _, read = _FORMS[root.tag]
    found = ShipList(name, form, f"{publisher}, {title}")
    read(found, root, records)
    return found


def _ofac(found: ShipList, _root: Record, records: Iterator[Record]) -> None:
    """``sdnList``: ``sdnEntry`` with ``sdnType``, ``lastName``, ``akaList``, ``idList``, ``vesselInfo``."""
    for record in records:
        if record.tag == "publshInformation":
            found.list_date = date_of(record.first("Publish_Date") or "", "month_first")
            continue
        if kind_of(record.first("sdnType") or "") != "ship":
            found.others.append(record.line)
            continue
        ids = [
            f"{one.first('idType') or ''} {one.first('idNumber') or ''}" for one in record.all("idList", "id")
        ]
        text = "; ".join([*ids, *record.texts("remarks")])
        names = [_ofac_name(one) for one in [record, *record.all("akaList", "aka")]]
        found.add(
            Entry(
                record.line,
                "ship",
                imo=tuple(imo_numbers_in(text)),
                mmsi=tuple(mmsi_in(text)),
                names=_names([*names, *other_names_in(text)]),
                callsign=_value(record.first("vesselInfo", "callSign")),
                flag=_value(record.first("vesselInfo", "vesselFlag")),
                key=record.first("uid"),
            )
        )


def _ofac_name(record: Record) -> str:
    return " ".join([*record.texts("firstName"), *record.texts("lastName")])


def _united_nations(found: ShipList, root: Record, records: Iterator[Record]) -> None:
    """``CONSOLIDATED_LIST``: an ``ENTITY`` is a ship where its name or comments give the IMO number of one.

    The comments of a company may give those of ships that it operates: they are listed with it, and the name
    of the company is none of theirs.
    """
    found.list_date = date_of(root.attributes.get("dateGenerated", ""))
    for record in records:
        name = record.first("FIRST_NAME") or ""
        text = "; ".join([name, *record.texts("COMMENTS1")])
        numbers = imo_numbers_in(text)
        if len(numbers) != 1:
            numbers = imo_numbers_in(text, unlabelled=True) if numbers or "IMO" in text else []
        listed_on = date_of(record.first("LISTED_ON") or "")
        if record.tag != "ENTITY" or not numbers:
            found.others.append(record.line)
        elif len(numbers) > 1 or is_company_name(name):
            for number in numbers:
                found.add(Entry(record.line, "ship", imo=(number,), listed_on=listed_on))
        else:
            aliases = [v for text in record.texts("ENTITY_ALIAS", "ALIAS_NAME") for v in values_of(text)]
            found.add(
                Entry(
                    record.line,
                    "ship",
                    imo=tuple(numbers),
                    mmsi=tuple(mmsi_in(text)),
                    names=_names([_without_number(name), *aliases]),
                    listed_on=listed_on,
                    key=record.first("REFERENCE_NUMBER"),
                )
            )


def _without_number(name: str) -> str:
    """A name without an IMO number after it."""
    at = name.upper().find("IMO")
    return name[:at].rstrip(" ,;(-") if at > 0 and imo_numbers_in(name[at:]) else name


def _european_union(found: ShipList, root: Record, records: Iterator[Record]) -> None:
    """``export``: a ``sanctionEntity`` with an ``identification`` of type ``imo`` is a ship, or a company."""
    found.list_date = date_of(root.attributes.get("generationDate", ""))
    for record in records:
        codes = [v for one in record.all("subjectType") for v in one.attributes.values()]
        kinds = {kind_of(code) for code in codes}
        names = _names([one.attributes.get("wholeName", "") for one in record.all("nameAlias")])
        imo, mmsi = (
            [
                one.attributes.get("number") or one.attributes.get("latinNumber") or ""
                for one in record.all("identification")
                if one.attributes.get("identificationTypeCode", "").casefold() == kind
            ]
            for kind in ("imo", "mmsi")
        )
        may_be_ship = (
            imo and "person" not in map(str.casefold, codes) and not any(map(is_company_name, names))
        )
        if "ship" not in kinds and not may_be_ship:
            found.others.append(record.line)
            continue
        dates = [record.attributes.get("designationDate", "")]
        for regulation in record.all("regulation"):
            dates += [regulation.attributes.get(k, "") for k in ("entryIntoForceDate", "publicationDate")]
        found.add(
            Entry(
                record.line,
                "ship",
                imo=tuple(filter(None, imo)),
                mmsi=tuple(filter(None, mmsi)),
                names=names,
                listed_on=min(filter(None, map(date_of, dates)), default=None),
                key=record.attributes.get("euReferenceNumber"),
            )
        )


def _united_kingdom(found: ShipList, _root: Record, records: Iterator[Record]) -> None:
    """``Designations``: a ``Designation`` whose ``IndividualEntityShip`` is Ship."""
    for record in records:
        if record.tag == "DateGenerated":
            found.list_date = date_of(record.text, "day_first")
            continue
        if kind_of(record.first("IndividualEntityShip") or "") != "ship":
            found.others.append(record.line)
            continue
        below = list(record.below())
        names = [
            " ".join(t for k in ("Name", *(f"Name{n}" for n in range(1, 7))) for t in one.texts(k))
            for one in record.all("Names", "Name")
        ]
        found.add(
            Entry(
                record.line,
                "ship",
                imo=tuple(r.text.strip() for r in below if r.tag == "IMONumber" and not is_null(r.text)),
                names=_names(names),
                flag=_value(
                    next((r.text.strip() for r in below if r.tag == "CurrentBelievedFlagOfShip"), None)
                ),
                listed_on=date_of(record.first("DateDesignated") or "", "day_first"),
                key=record.first("UniqueID"),
            )
        )


def _united_kingdom_ofsi(found: ShipList, _root: Record, records: Iterator[Record]) -> None:
    """``ArrayOfFinancialSanctionsTarget``: one ``FinancialSanctionsTarget`` for each name of a ship."""
    for record in records:
        cells = {child.tag.casefold(): child.text.strip() for child in record.children}
        if kind_of(cells.get("grouptypedescription", "")) != "ship":
            found.others.append(record.line)
            continue
        name = " ".join(v for k in (*(f"name{n}" for n in range(1, 7)),) if (v := cells.get(k)))
        imo = cells.get("ship_imonumber", "")
        listed_on = [date_of(cells.get(k, ""), "day_first") for k in ("datelisted", "datedesignated")]
        found.add(
            Entry(
                record.line,
                "ship",
                imo=(imo,)
                if imo and not is_null(imo)
                else tuple(imo_numbers_in(cells.get("otherinformation", ""))),
                names=_names([name]),
                flag=_value(cells.get("ship_flag")),
                listed_on=min(filter(None, listed_on), default=None),
                key=cells.get("groupid"),
            )
        )


def _names(names: list[str]) -> tuple[str, ...]:
    """Names without nulls and repetitions, blanks as one."""
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if not is_null(name)))


def _value(text: str | None) -> str | None:
    return None if text is None or is_null(text) else text


_FORMS: dict[str, tuple[str, str, frozenset[str], _Read]] = {
    "sdnList": ("OFAC XML (sdnList)", "OFAC", frozenset(["sdnEntry", "publshInformation"]), _ofac),
    "Sanctions": ("OFAC Advanced XML", "OFAC", ADVANCED_RECORDS, read_advanced),
    "CONSOLIDATED_LIST": (
        "UN Security Council consolidated XML",
        "UN Security Council",
        frozenset(["INDIVIDUAL", "ENTITY"]),
        _united_nations,
    ),
    "export": ("EU financial sanctions XML", "EU", frozenset(["sanctionEntity"]), _european_union),
    "Designations": (
        "UK sanctions list XML",
        "UK",
        frozenset(["Designation", "DateGenerated"]),
        _united_kingdom,
    ),
    "ArrayOfFinancialSanctionsTarget": (
        "UK OFSI consolidated list XML",
        "UK OFSI",
        frozenset(["FinancialSanctionsTarget"]),
        _united_kingdom_ofsi,
    ),
}
"""By root: form, publisher, tags of records, and what reads them."""
