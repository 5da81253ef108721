"""Everything stsdetect raises or warns with.

A text says what is wrong, where (file, table, column, row count, up to three examples) and what to do.
"""

from __future__ import annotations


class StsError(Exception):
    """Base of every error that stsdetect raises on purpose; the command line ends with code 3."""


class SchemaError(StsError, ValueError):
    """A table lacks a column, or holds values that its declaration forbids."""


class ParamError(StsError, ValueError):
    """A parameter is unknown, of the wrong type or out of its range."""


class DecodeError(StsError):
    """An input cannot be read as AIS at all: missing, empty, unknown format, no receive time."""


class ContextError(StsError):
    """A place, area of interest, anchorage file or watchlist cannot be used."""


class ModelError(StsError):
    """A contact model's file is missing, malformed or made for other features."""


class OutputError(StsError):
    """The output folder cannot be written or holds something that would be overwritten."""


class MissingDependencyError(StsError, ImportError):
    """An optional package is needed for what was asked."""


class TooManyRejectsError(StsError):
    """More input was rejected than ``--max-reject-share`` allows; the command line ends with code 4."""


class StsWarning(UserWarning):
    """Something the caller can mend."""
