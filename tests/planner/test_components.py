"""Parts of streets that one can enter and leave."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.components import strong_part_sizes
from planner.streets import Access, Edges, Streets
from planner.strings import Strings


def one_way_streets(n: int, pairs: list[tuple[int, int]]) -> Streets:
    tail, head = np.array(sorted(pairs), np.int32).reshape(-1, 2).T
    m = len(tail)
    nothing, none = np.zeros(m, np.float32), np.full(m, -1)
    edges = Edges(
        first=np.searchsorted(tail, np.arange(n + 1)).astype(np.int32),
        tail=tail.copy(),
        head=head.copy(),
        length_m=nothing + 1,
        access=np.full(m, int(Access.FOOT), np.uint16),
        speed_kmh=nothing,
        incline=nothing,
        hours=none.astype(np.int16),
        name=none.astype(np.int32),
        way=none.astype(np.int64),
        reverse=none.astype(np.int32),
        shape_first=np.zeros(m + 1, np.int64),
        shape_lat=np.zeros(0),
        shape_lon=np.zeros(0),
    )
    flat, nowhere = np.zeros(n), np.zeros(0, np.int32)
    level = flat.astype(np.float32)
    return Streets(flat, flat, level, level, edges, Strings.of([]), {}, (), nowhere, nowhere)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24))
def test_sizes_are_those_of_strongly_connected_components(pairs: list[tuple[int, int]]) -> None:
    streets = one_way_streets(8, pairs)
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from(range(8))
    expected = np.zeros(8, int)
    for part in nx.strongly_connected_components(graph):
        expected[list(part)] = len(part)
    assert strong_part_sizes(streets, int(Access.FOOT)).tolist() == expected.tolist()
