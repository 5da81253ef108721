"""What lies at a position: port, anchorage, shore."""

import numpy as np
import pytest
import shapely

from stsdetect.context import attach_places, load_context
from stsdetect.context.attach import lies_in

# Each official bunkering anchorage, and a position inside it
OFFICIAL = {
    "Mazhi": (29.9, 122.2),
    "Xiazhimen North": (29.75, 122.5),
    "Tiaozhoumen": (29.65, 122.4),
    "Xiushan East": (30.14, 122.2),
    "Qushan": (30.47, 122.55),
}


@pytest.mark.parametrize("name", OFFICIAL)
def test_official_bunkering_anchorages(name: str) -> None:
    place = attach_places(*OFFICIAL[name], context=load_context()).row(0, named=True)
    assert (place["anchorage_name"], place["anchorage_use"]) == (name, "bunkering")
    assert place["anchorage_night_work"] == (name != "Qushan")


def test_just_outside_an_anchorage_of_two_boxes() -> None:
    places = attach_places([30.47, 30.47, 30.47], [122.25, 122.4, 122.661], context=load_context())
    assert places["in_anchorage"].to_list() == [True, False, False]


def test_a_berth_is_in_port_and_the_roads_off_it_are_not() -> None:
    # Beilun's quay and the fairway north of it; Zhapu's point lies 6 km off the shore
    places = attach_places([29.936, 30.59], [121.851, 121.21], context=load_context())
    assert places["port_name"].to_list() == ["Ningbo-Beilun", None]
    assert places["in_port"].to_list() == [True, False]


def test_nan_is_in_no_place_and_no_rows_give_no_rows() -> None:
    context = load_context()
    nowhere = attach_places([np.nan], [122.0], context=context).row(0, named=True)
    assert not nowhere["in_port"]
    assert not nowhere["in_anchorage"]
    empty = attach_places([], [], context=context)
    assert empty.height == 0
    assert empty.schema == attach_places([30.0], [122.0], context=context).schema


def test_where_places_overlap_the_earlier_one_wins_and_without_places_nothing_is_found() -> None:
    context = load_context()
    box = shapely.box(122.3, 29.6, 122.5, 29.7)
    both = context.anchorages.iloc[:2].set_geometry([box, box], crs=4326)
    swapped = [
        attach_places(29.65, 122.4, context=type(context)(None, "", context.ports, order, context.watchlist))
        for order in (both, both.iloc[::-1], both.iloc[:0])
    ]
    first, second = context.anchorages["name"].iloc[:2]
    assert [p["anchorage_name"].item() for p in swapped] == [first, second, None]


def test_lies_in_includes_the_edge() -> None:
    places = load_context().anchorages.iloc[:1].set_geometry([shapely.box(10, 50, 11, 51)], crs=4326)
    assert lies_in(places, [50.5, 50.5, 50.5, np.nan], [10.0, 11.0, 11.001, 10.5]).tolist() == [
        True,
        True,
        False,
        False,
    ]
