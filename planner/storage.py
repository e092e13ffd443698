"""Frozen dataclasses of arrays on disk: one file of numbers, opened by memory mapping, and one JSON file of the rest.

The arrays lie behind each other in ``arrays.bin``, each at a multiple of 64 octets; ``index.json`` names their place,
type and shape by the path of fields that leads to them, and holds every value that contains no array.
"""

import mmap
import types
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import numpy as np

from planner.errors import NetworkError

ALIGNMENT = 64

Value = TypeVar("Value")


class ArrayPlace(msgspec.Struct, frozen=True):
    """Where an array lies in ``arrays.bin``."""

    dtype: str
    shape: tuple[int, ...]
    offset: int


class Index(msgspec.Struct):
    """Contents of ``index.json``; `sizes` counts the members of sequences and mappings that contain arrays."""

    arrays: dict[str, ArrayPlace]
    records: dict[str, Any]
    keys: dict[str, list[str]]


def store(value: object, folder: Path) -> None:
    """Write `value` (a dataclass) into the existing, empty `folder`."""
    index = Index({}, {}, {})
    with (folder / "arrays.bin").open("wb") as file:
        _store(value, "", index, file)
    (folder / "index.json").write_bytes(msgspec.json.encode(index))


def restore(kind: type[Value], folder: Path) -> Value:
    """Open what `store` wrote; arrays are mapped, not read.

    Raises
    ------
    NetworkError
        If the folder holds no such value.
    """
    try:
        index = msgspec.json.decode((folder / "index.json").read_bytes(), type=Index)
        with (folder / "arrays.bin").open("rb") as file:
            # Copy-on-write, because kernels compiled for writable arrays would be compiled again for read-only ones.
            octets = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        restored: Value = _restore(kind, "", index, octets)
    except (OSError, msgspec.DecodeError, KeyError, ValueError) as error:
        raise NetworkError(f"{folder} is not a network this version of the program can open ({error})") from error
    return restored


def _store(value: Any, path: str, index: Index, file: BinaryIO) -> None:
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value)
        offset = -(-file.tell() // ALIGNMENT) * ALIGNMENT
        file.write(b"\0" * (offset - file.tell()))
        index.arrays[path] = ArrayPlace(array.dtype.str, array.shape, offset)
        file.write(array.tobytes())
    elif is_dataclass(value) and _holds_arrays(type(value)):
        index.keys[path] = []
        for field in fields(value):
            _store(getattr(value, field.name), f"{path}.{field.name}", index, file)
    elif isinstance(value, dict) and any(_is_array_holder(v) for v in value.values()):
        index.keys[path] = list(value)
        for key, member in value.items():
            _store(member, f"{path}.{key}", index, file)
    else:
        index.records[path] = msgspec.to_builtins(value, str_keys=True)


def _restore(kind: Any, path: str, index: Index, octets: mmap.mmap) -> Any:
    if path in index.arrays:
        place = index.arrays[path]
        count = int(np.prod(place.shape))
        if not count:
            return np.empty(place.shape, np.dtype(place.dtype))
        return np.frombuffer(octets, np.dtype(place.dtype), count, place.offset).reshape(place.shape)
    if path in index.records:
        return msgspec.convert(index.records[path], kind, str_keys=True)
    kind = _without_none(kind)
    if get_origin(kind) is dict:
        member = get_args(kind)[1]
        return {key: _restore(member, f"{path}.{key}", index, octets) for key in index.keys[path]}
    hints = get_type_hints(kind)
    return kind(**{f.name: _restore(hints[f.name], f"{path}.{f.name}", index, octets) for f in fields(kind)})


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(option for option in get_args(kind) if option is not type(None))
    return kind


def _is_array_holder(value: object) -> bool:
    return isinstance(value, np.ndarray) or (is_dataclass(value) and _holds_arrays(type(value)))


def _holds_arrays(kind: Any) -> bool:
    if get_origin(kind) is np.ndarray or kind is np.ndarray:
        return True
    if is_dataclass(kind):
        return any(_holds_arrays(hint) for hint in get_type_hints(kind).values())
    return any(_holds_arrays(option) for option in get_args(kind) if option is not Ellipsis)
