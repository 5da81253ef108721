"""Crews forget to enter a draught, or enter another, and change nothing else."""

from stsdetect.simulation import SeaParams
from stsdetect.simulation.sea import set_scenes


def draughts_m(**shares: float) -> dict[int, list[float]]:
    """Draughts that each ship broadcasts in turn [m]."""
    world = set_scenes(SeaParams(hours=16, anchored=20, passing=0, fishing=0, **shares), 1)
    return {s.mmsi: [attributes.draught_m for _, attributes in s.broadcasts] for s in world.ships}


def test_crews_that_forget_never_change_a_draught() -> None:
    assert any(len(d) == 2 for d in draughts_m().values())
    assert all(len(d) == 1 for d in draughts_m(draught_forgotten_share=1.0).values())


def test_crews_that_edit_change_it_by_up_to_a_metre_where_no_cargo_moved() -> None:
    plain, edited = draughts_m(), draughts_m(draught_edited_share=1.0)
    assert all(len(d) == 2 for d in edited.values())
    moved_cargo = [m for m, d in plain.items() if len(d) == 2]
    assert moved_cargo
    assert all(edited[m] == plain[m] for m in moved_cargo)
    assert all(0.1 <= abs(d[1] - d[0]) <= 1.05 for m, d in edited.items() if m not in moved_cargo)
