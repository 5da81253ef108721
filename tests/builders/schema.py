"""Columns that users rely on, written as in the contract: ``lat lon sog?``, where ``?`` may be null."""

from __future__ import annotations

from stsdetect.schema import Table


def columns_as_promised(table: Table, columns: str) -> bool:
    """Whether a table has these columns, each allowing nulls just where the contract does."""
    declared = {c.name: c.null for c in table}
    promised = {c.rstrip("?"): c.endswith("?") for c in columns.split()}
    return {name: declared.get(name) for name in promised} == promised
