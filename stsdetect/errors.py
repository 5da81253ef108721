"""The errors and the warning of stsdetect.

A message says what is wrong, where (file, table, column, row count, up to three examples) and what to do.
"""

from __future__ import annotations


class StsError(Exception):
    """Base of all errors that stsdetect raises on purpose; the command line exits with code 3."""


class SchemaError(StsError, ValueError):
    """A table lacks a column or holds values that its declaration forbids."""


class ParamError(StsError, ValueError):
    """A parameter is unknown, of the wrong type or out of its range."""


class DecodeError(StsError):
    """An input cannot be read as AIS: it is missing, empty, of unknown format or without receive times."""


class ContextError(StsError):
    """An area of interest, an anchorage file or a watchlist cannot be used."""


class ModelError(StsError):
    """The file of a contact model is missing, malformed or made for other features."""


class OutputError(StsError):
    """The output folder cannot be written, or holds files that would be overwritten."""


class OccupiedError(OutputError):
    """The output folder holds files that no run wrote, or a finished run; the command line exits with 2."""


class MissingDependencyError(StsError, ImportError):
    """A feature needs an optional package that is not installed."""


class TooManyRejectsError(StsError):
    """More input was rejected than ``--max-reject-share`` allows; the command line exits with code 4."""


class StsWarning(UserWarning):
    """Something looks wrong that the caller can correct; the work goes on."""
