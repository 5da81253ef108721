"""The errors of stsdetect."""

import pytest

from stsdetect import errors


def test_every_error_can_be_caught_as_one() -> None:
    raised = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert len(raised) > 8
    assert all(issubclass(e, errors.StsError) for e in raised if e is not errors.StsWarning)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.SchemaError, ValueError),
        (errors.ParamError, ValueError),
        (errors.MissingDependencyError, ImportError),
        (errors.StsWarning, UserWarning),
    ],
)
def test_errors_are_also_the_builtin_ones_that_callers_expect(
    error: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(error, builtin)
