"""The command line ``stsdetect``: arguments in, text and exit codes out; all work is done by other rooms.

Exit codes: 0 done, 2 wrong usage, 3 an error that the user can act on, 4 too much input rejected, 130
interrupted. To add a command, add a function to `commands` (runs and their stages) or `study_commands`
(simulation, accuracy, training, verdicts). Import what it needs inside it, so that ``--help`` stays quick.
"""

from stsdetect.cli.commands import main

__all__ = ["main"]
