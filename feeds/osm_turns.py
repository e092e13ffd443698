"""Turn restrictions of OpenStreetMap relations as pairs of edges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from feeds.notices import Notice, Severity
from planner.streets import Edges


class TurnRule(StrEnum):
    """What a restriction relation says."""

    NO = "no"
    ONLY = "only"
    NO_U_TURN = "no_u_turn"


@dataclass(frozen=True, slots=True)
class TurnRestriction:
    """Who drives along way `from_way` to node `via` may not (or may only) go on along `to_way`."""

    relation: int
    rule: TurnRule
    from_way: int
    via: int
    to_way: int


def restriction_of(
    relation: int, tags: Mapping[str, str], members: Sequence[tuple[str, int, str]]
) -> TurnRestriction | str:
    """Read a relation of type restriction; its members are (type "n", "w" or "r", id, role).

    Returns
    -------
    TurnRestriction or str
        Or a sentence that says why it cannot be used.
    """
    value = tags.get("restriction:motorcar", tags.get("restriction", ""))
    if not value.startswith(("no_", "only_")):
        return f"restriction {value!r} is not known"
    if "motorcar" in tags.get("except", "").split(";"):
        return f"restriction {value!r} does not hold for cars"
    found = {role: [m for m in members if m[2] == role] for role in ("from", "via", "to")}
    if any(len(found[role]) != 1 for role in found) or found["via"][0][0] != "n":
        return f"restriction {value!r} is not from one way over one node to one way"
    rule = TurnRule.NO_U_TURN if value == "no_u_turn" else TurnRule.ONLY if value.startswith("only_") else TurnRule.NO
    return TurnRestriction(relation, rule, found["from"][0][1], found["via"][0][1], found["to"][0][1])


def banned_turns(
    edges: Edges,
    restrictions: Sequence[TurnRestriction],
    row_of_node: Mapping[int, int],
    file: str,
    notices: list[Notice],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Pairs of edges (in, out) that no car may drive one after the other, sorted, each once."""
    pairs: set[tuple[int, int]] = set()
    by_head = np.argsort(edges.head, kind="stable")
    heads = edges.head[by_head]
    for restriction in restrictions:
        row = row_of_node.get(restriction.via)
        into = (
            [] if row is None else by_head[np.searchsorted(heads, row) : np.searchsorted(heads, row, "right")].tolist()
        )
        banned = [] if row is None else _pairs(edges, restriction, into, range(edges.first[row], edges.first[row + 1]))
        if not banned:
            message = f"relation {restriction.relation}: its ways do not meet at node {restriction.via}; ignored"
            notices.append(Notice(Severity.INFO, file, None, message))
        pairs.update(banned)
    table = np.array(sorted(pairs), np.int32).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])


def _pairs(
    edges: Edges, restriction: TurnRestriction, into: Sequence[int], out: Sequence[int]
) -> list[tuple[int, int]]:
    into = [e for e in into if edges.way[e] == restriction.from_way]
    to = [e for e in out if edges.way[e] == restriction.to_way]
    match restriction.rule:
        case TurnRule.NO:
            return [(i, o) for i in into for o in to]
        case TurnRule.ONLY:
            return [(i, o) for i in into for o in out if to and o not in to]
        case TurnRule.NO_U_TURN:
            return [(i, int(edges.reverse[i])) for i in into if int(edges.reverse[i]) in to]
        case _:
            assert_never(restriction.rule)
