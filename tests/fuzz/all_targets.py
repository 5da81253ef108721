"""All targets by name, each with inputs to start from."""

from tests.fuzz import more_targets, targets

TARGETS = targets.TARGETS | more_targets.TARGETS
