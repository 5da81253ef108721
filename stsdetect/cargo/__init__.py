"""Where cargo went: tonnes, chains from an event to a quay, direct deliveries, and their ledger."""

from stsdetect.cargo.chains import find_chains

__all__ = ["find_chains"]
