"""Parts of a street network within which one can go anywhere and come back."""

import numpy as np
from numpy.typing import NDArray

from planner.kernels import kernel
from planner.shortest_path import reverse_csr
from planner.streets import Streets

Ints = NDArray[np.int32]


def strong_part_sizes(streets: Streets, bits: int) -> Ints:
    """Per node the nodes that can be gone to from it and come back from: an exit-only stair is no place to start."""
    edges = streets.edges
    usable = (edges.access & bits) != 0
    n = len(streets)
    back = reverse_csr(streets)
    order = _finishing_order(edges.first, edges.head, usable)
    root = _gathered(back.first, back.to, usable[back.edge], order)
    return np.bincount(root, minlength=n).astype(np.int32)[root]


@kernel
def _finishing_order(first: Ints, to: Ints, usable: NDArray[np.bool_]) -> Ints:
    """Nodes in the order in which a depth-first search leaves them."""
    n = len(first) - 1
    order, stack = np.empty(n, np.int32), np.empty(n, np.int32)
    following, seen = first[:-1].copy(), np.zeros(n, np.bool_)
    n_left = 0
    for begin in range(n):
        if seen[begin]:
            continue
        seen[begin] = True
        stack[0], size = begin, 1
        while size > 0:
            v = stack[size - 1]
            if following[v] == first[v + 1]:
                order[n_left] = v
                n_left, size = n_left + 1, size - 1
                continue
            arc = following[v]
            following[v] += 1
            if usable[arc] and not seen[to[arc]]:
                seen[to[arc]] = True
                stack[size] = to[arc]
                size += 1
    return order


@kernel
def _gathered(first: Ints, to: Ints, usable: NDArray[np.bool_], order: Ints) -> Ints:
    """Strongly connected parts by the second pass of Kosaraju's method: one node of its part per node."""
    n = len(order)
    root, stack = np.full(n, -1, np.int32), np.empty(n, np.int32)
    for place in range(n - 1, -1, -1):
        begin = order[place]
        if root[begin] >= 0:
            continue
        root[begin] = begin
        stack[0], size = begin, 1
        while size > 0:
            size -= 1
            v = stack[size]
            for arc in range(first[v], first[v + 1]):
                if usable[arc] and root[to[arc]] < 0:
                    root[to[arc]] = begin
                    stack[size] = to[arc]
                    size += 1
    return root
