import os
from pathlib import Path

import pytest

from stsdetect.stored_files import files_stored, put_in_place, sync_files, sync_folder, write_whole


def test_files_that_are_put_in_place_are_listed_in_the_innermost_block(tmp_path: Path) -> None:
    def put(name: str) -> None:
        (tmp_path / "part").write_text(name)
        put_in_place(tmp_path / "part", tmp_path / name)

    put("before")
    with files_stored() as outer:
        put("a")
        with files_stored() as inner:
            put("b")
        put("a")
    assert [p.name for p in outer] == ["a", "a"]
    assert [p.name for p in inner] == ["b"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "before"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="names of open files are read from /proc")
def test_content_is_on_the_disk_before_the_name_and_the_name_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: done.append(Path(f"/proc/self/fd/{handle}").readlink().name)
    )
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda part, to: done.append("rename") or replace(part, to))
    write_whole(tmp_path / "a.json", b"{}")
    assert done == ["a.json.part", "rename", tmp_path.name]
    done.clear()
    sync_files([tmp_path / "a.json", tmp_path / "a.json"])
    assert done == ["a.json", "a.json", tmp_path.name]
    sync_folder(tmp_path)
    assert (tmp_path / "a.json").read_bytes() == b"{}"
