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


def statuses(share: float) -> list[set[int]]:
    world = set_scenes(SeaParams(hours=16, anchored=20, passing=0, fishing=0, status_wrong_share=share), 1)
    return [{p.nav_status for p in s.voyage.phases} for s in world.ships if s.role == "anchored"]


def test_crews_set_moored_or_under_way_where_they_lie_at_anchor() -> None:
    assert all(1 in seen for seen in statuses(0.0))
    wrong = statuses(1.0)
    assert not any(1 in seen for seen in wrong)
    assert {0, 5} <= set.union(*wrong)
    assert sum(1 not in seen for seen in statuses(0.3)) in range(2, 13)
