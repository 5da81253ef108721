import json

import pytest

from stsdetect.errors import OutputError
from stsdetect.pipeline.manifest import Manifest, Stage


def test_a_tally_closes_only_when_every_row_is_accounted_for() -> None:
    tally = Stage(unit="rows", rows_in=10, rows_out=6, set_aside={"other": 1}, rejected={"a": 2, "b": 1})
    assert tally.closes
    tally.rejected["b"] = 2
    assert not tally.closes


def test_a_manifest_reads_back_as_written(tmp_path) -> None:
    manifest = Manifest(inputs=[{"source": "a"}], params_digest="x")
    with manifest.stage("decode", unit="rows") as tally:
        tally.rows_in = tally.rows_out = 3
    manifest.warn("once")
    manifest.warn("once")
    manifest.write(tmp_path)
    assert Manifest.read(tmp_path) == manifest
    data = json.loads((tmp_path / "run.json").read_text())
    assert data["warnings"] == ["once"]
    assert data["stages"]["decode"]["closes"] is True
    assert {"stsdetect", "python", "numpy"} <= set(data["versions"])
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "not a run folder"),
        ("{", "cannot read"),
        ("[]", "cannot"),
        ('{"stages": {}}', "not that of a run"),
    ],
)
def test_a_folder_without_a_good_manifest_is_refused(content, message: str, tmp_path) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(OutputError, match=message):
        Manifest.read(tmp_path)


def test_when_and_how_a_run_was_executed_stands_in_one_place(tmp_path) -> None:
    def content(manifest: Manifest) -> dict:
        manifest.stages["decode"] = Stage(unit="rows", seconds=float(manifest.workers), peak_memory_mb=9.0)
        return manifest.to_dict()

    one, two = content(Manifest(created="2024", workers=1)), content(Manifest(created="2025", workers=2))
    assert one["execution"] == {
        "created": "2024", "began": "", "workers": 1, "fingerprint": "",
        "stages": {"decode": {"seconds": 1.0, "peak_memory_mb": 9.0}},
    }  # fmt: skip
    assert one.pop("execution") != two.pop("execution")
    assert one == two


def test_a_manifest_of_0_1_is_read(tmp_path) -> None:
    tally = {
        "unit": "rows",
        "rows_in": 3,
        "rows_out": 3,
        "seconds": 2.5,
        "peak_memory_mb": 7.0,
        "closes": True,
    }
    data = {"created": "2024", "workers": 4, "stages": {"decode": tally}, "inputs": [], "params_digest": "x"}
    (tmp_path / "run.json").write_text(json.dumps(data))
    found = Manifest.read(tmp_path)
    assert (found.created, found.workers, found.stages["decode"].seconds) == ("2024", 4, 2.5)
