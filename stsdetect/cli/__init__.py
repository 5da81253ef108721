"""The command line; exit codes: 0 done, 2 usage, 3 a clear error, 4 too many rejects, 130 interrupted."""

from stsdetect.cli.commands import main

__all__ = ["main"]
