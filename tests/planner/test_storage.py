"""What is stored opens again as it was."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from planner.errors import NetworkError
from planner.storage import restore, store
from planner.strings import Strings


@dataclass(frozen=True, slots=True)
class Leaf:
    numbers: NDArray[np.int32]
    texts: Strings
    by_language: dict[str, Strings]


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    windows: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Tree:
    leaf: Leaf
    optional: Leaf | None
    records: tuple[Record, ...]
    grid: NDArray[np.uint8]


def leaf(*languages: str) -> Leaf:
    return Leaf(
        np.array([3, 1, 2], np.int32), Strings.of(["海浜幕張", ""]), {code: Strings.of(["x"]) for code in languages}
    )


@pytest.mark.parametrize("optional", [None, leaf()])
def test_a_tree_of_arrays_texts_and_records_opens_as_it_was_stored(tmp_path: Path, optional: Leaf | None) -> None:
    tree = Tree(leaf("en", "ja-Hrkt"), optional, (Record("a", ((1, 2),)),), np.eye(2, 3, dtype=np.uint8))
    store(tree, tmp_path)
    back = restore(Tree, tmp_path)
    assert list(back.leaf.texts) == ["海浜幕張", ""]
    assert back.leaf.by_language["en"][0] == "x"
    assert list(back.leaf.by_language) == ["en", "ja-Hrkt"]
    assert (back.optional is None) == (optional is None)
    assert back.records == tree.records
    np.testing.assert_array_equal(back.grid, tree.grid)
    np.testing.assert_array_equal(back.leaf.numbers, [3, 1, 2])


def test_empty_columns_survive(tmp_path: Path) -> None:
    store(Leaf(np.empty(0, np.int32), Strings.of([]), {}), tmp_path)
    back = restore(Leaf, tmp_path)
    assert len(back.numbers) == len(back.texts) == 0
    assert back.by_language == {}


def test_a_folder_without_a_network_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=str(tmp_path)):
        restore(Leaf, tmp_path)
