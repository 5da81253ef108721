import builtins
import sys

import pytest

from stsdetect.errors import MissingDependencyError
from stsdetect.report.draw.axes import new_axes


def test_a_figure_has_the_size_asked_for() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    assert new_axes(4.0, 3.0).figure.get_size_inches().tolist() == [4.0, 3.0]


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot", raising=False)
    load = builtins.__import__

    def without_matplotlib(name: str, *args: object, **options: object) -> object:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return load(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(MissingDependencyError, match=r"stsdetect\[notebook\]"):
        new_axes(4.0, 3.0)
