"""The picture of the network."""

import re

from hypothesis import given
from hypothesis import strategies as st

from stsdetect.report.draw.network_plan import MAX_PAIRS, Edge, Node, edges_of, network_plan
from tests.builders.report import HOSTILE


def edge(one: str, other: str, **columns: object) -> Edge:
    return Edge(one, other, "low", 0.9, 1)._replace(**columns)


def places(picture: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', picture)]


def test_a_mother_lies_in_the_middle_of_her_barges() -> None:
    picture = network_plan({}, [edge("m", f"b{k}") for k in range(4)])
    assert picture.count("<line") == 4
    dots = places(picture)
    assert len(dots) == 5
    centre = (sum(x for x, _ in dots) / 5, sum(y for _, y in dots) / 5)
    assert any(abs(x - centre[0]) < 0.3 and abs(y - centre[1]) < 0.3 for x, y in dots)


def test_lines_say_how_often_how_likely_and_which_tier() -> None:
    picture = network_plan({}, [edge("a", "b", n_events=3, p=0.5, tier="high"), edge("c", "d")])
    assert 'stroke="#b3261e" stroke-width="3.4" stroke-opacity="0.8" stroke-dasharray="5 4"' in picture
    assert 'stroke="#2c6fbb" stroke-width="1.8" stroke-opacity="0.8" stroke-dasharray="none"' in picture


def test_a_listed_ship_has_a_ring_and_a_page_is_linked() -> None:
    nodes = {
        "a": Node("a", "YU SON", listed=True, link="#vessel-3"),
        "b": Node("b", "B", listed=False, link=""),
    }
    picture = network_plan(nodes, [edge("a", "b")])
    assert picture.count("<circle") == 3
    assert '<a href="#vessel-3">' in picture
    assert picture.count("<a ") == 1


def test_hostile_names_are_text() -> None:
    picture = network_plan({"a": Node("a", HOSTILE, listed=False, link="")}, [edge("a", "b")])
    assert "<script" not in picture
    assert "<img" not in picture
    assert "&lt;/script&gt;" in picture
    assert "[U+202E]" in network_plan({"a": Node("a", "A\u202eB", listed=False, link="")}, [edge("a", "b")])


def test_names_of_a_crowded_ring_are_left_out_but_can_be_pointed_at() -> None:
    few, many = (network_plan({}, [edge("m", f"b{k}") for k in range(n)]) for n in (24, 25))
    assert few.count("<text") == 25
    assert many.count("<text") == 1
    assert many.count("<title>") == 26


def test_the_pairs_of_the_highest_score_are_drawn() -> None:
    rows = [
        {"vessel_id_1": f"a{k:03}", "vessel_id_2": "b", "best_tier": "low", "best_p": 0.5, "n_events": 1,
         "best_score": k / 1000}
        for k in range(MAX_PAIRS + 1)
    ]  # fmt: skip
    drawn = edges_of(rows)
    assert len(drawn) == MAX_PAIRS
    assert drawn[0].one == f"a{MAX_PAIRS:03}"
    assert "a000" not in {e.one for e in drawn}


def test_no_pairs() -> None:
    assert network_plan({}, []).startswith("<svg")


names = st.sampled_from("abcdefgh")


@given(
    st.lists(st.tuples(names, names).filter(lambda p: p[0] < p[1]), max_size=20, unique=True), st.randoms()
)
def test_every_vessel_has_a_place_of_its_own_inside_the_picture(pairs, random) -> None:
    picture = network_plan({}, [edge(*pair) for pair in pairs])
    dots = places(picture)
    assert len(dots) == len({v for pair in pairs for v in pair})
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture).groups())
    assert all(0.0 <= x <= width and 0.0 <= y <= height for x, y in dots)
    assert all((x - u) ** 2 + (y - v) ** 2 > 100.0 for k, (x, y) in enumerate(dots) for u, v in dots[:k])
    shuffled = pairs.copy()
    random.shuffle(shuffled)
    assert sorted(places(network_plan({}, [edge(*pair) for pair in shuffled]))) == sorted(dots)
