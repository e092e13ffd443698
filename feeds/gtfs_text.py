"""One GTFS text file as a table of texts, whatever its encoding, line ends and quoting.

Regular files go through pandas' compiled parser (ten times as fast as the csv module); a file with rows of another
width than its header, or with line ends inside quotes, is read cell by cell with the csv module.
"""

import csv
import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from feeds.notices import Notice, Severity

FULL_NOTICES = 20
"""Notices of one kind about one file that are given in full; the rest is counted."""

_COMMA, _NEWLINE, _QUOTE = b",", b"\n", b'"'
_SPACE_AT_EDGE = re.compile(rb'[ \t\x0b\x0c](?:[,\n"]|$)|"[ \t\x0b\x0c]|\xe3\x80\x80|\xc2\xa0')
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_REPLACED = "\ufffd"


def parse_text_table(data: bytes, file: str) -> tuple[pd.DataFrame, list[Notice]]:
    """Cells of one file as stripped texts.

    Returns
    -------
    table : DataFrame of str
        Columns by lower-case name; the index is the row's line number in the file, the header's is 1.
    notices : list of Notice
    """
    text, notices = decode(data, file)
    head, _, body = text.lstrip(b"\n").partition(_NEWLINE)
    skipped = len(text) - len(text.lstrip(b"\n"))
    names = [name.strip().lower() for name in next(_csv_rows(head.decode(), file, []), (0, []))[1]]
    if _is_regular(body, len(names)):
        table = _read_regular(body, names, skipped)
    else:
        table = _read_irregular(body.decode(), names, skipped, file, notices)
    doubled = {name for name in names if name and names.count(name) > 1}
    notices += [
        Notice(Severity.WARNING, file, 1, f"column {name!r} appears twice; its first appearance is used")
        for name in sorted(doubled)
    ]
    first = [i for i, name in enumerate(names) if name and names.index(name) == i]
    table = table.iloc[:, first]
    table.columns = pd.Index([names[i] for i in first], dtype=object)
    return table, _capped(notices, file)


def decode(data: bytes, file: str) -> tuple[bytes, list[Notice]]:
    """The file's octets as UTF-8 with newlines at line ends, and a notice where they were written otherwise.

    A file that is not UTF-8 is taken for Windows-31J (Shift_JIS) if most of its foreign characters then stand beside
    another one, as in Japanese words; a few broken octets in UTF-8 are replaced; anything else is Windows-1252.
    """
    notices: list[Notice] = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()
    except UnicodeDecodeError:
        text, encoding = _decode_foreign(data)
        data = text.encode()
        notices.append(Notice(Severity.WARNING, file, None, f"the file is not UTF-8; it was read as {encoding}"))
    if b"\0" in data:
        data = data.replace(b"\0", b"")
        notices.append(Notice(Severity.WARNING, file, None, "the file contains NUL characters; they were left out"))
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), notices


def _decode_foreign(data: bytes) -> tuple[str, str]:
    text = data.decode("utf-8", errors="replace")
    foreign = sum(map(len, _NOT_ASCII.findall(text)))
    if text.count(_REPLACED) * 10 < foreign:
        return text, "UTF-8 with broken characters replaced"
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows-1252"
    runs = [len(run) for run in _NOT_ASCII.findall(text)]
    if sum(run for run in runs if run > 1) * 2 >= sum(runs):
        return text, "Windows-31J (Shift_JIS)"
    return data.decode("cp1252", errors="replace"), "Windows-1252"


def _is_regular(body: bytes, width: int) -> bool:
    """Whether every line has `width` cells, none is blank and no line end stands inside quotes."""
    if width < 2 or not body:
        return False
    octets = np.frombuffer(body if body.endswith(_NEWLINE) else body + _NEWLINE, np.uint8)
    ends, commas = np.flatnonzero(octets == ord(_NEWLINE)), np.flatnonzero(octets == ord(_COMMA))
    quotes = np.flatnonzero(octets == ord(_QUOTE))
    if len(quotes):
        if (np.searchsorted(quotes, ends) % 2).any() or not _are_at_edges(octets, quotes):
            return False
        commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    if len(commas) != len(ends) * (width - 1):
        return False
    by_line = commas.reshape(len(ends), width - 1)
    return bool((by_line[:, -1] < ends).all() and (by_line[1:, 0] > ends[:-1]).all())


def _are_at_edges(octets: NDArray[np.uint8], quotes: NDArray[np.intp]) -> bool:
    """Whether quotes stand only around whole cells or doubled within them."""
    edges = np.frombuffer(b',\n"', np.uint8)
    opening, closing = quotes[::2], quotes[1::2]
    before = octets[opening[opening > 0] - 1]
    return bool(np.isin(before, edges).all() and np.isin(octets[closing + 1], edges).all())


def _read_regular(body: bytes, names: list[str], skipped: int) -> pd.DataFrame:
    table = pd.read_csv(
        io.BytesIO(body),
        header=None,
        names=list(range(len(names))),
        dtype=str,
        na_filter=False,
        index_col=False,
        skip_blank_lines=False,
        engine="c",
        encoding_errors="replace",
        low_memory=False,
    )
    if _SPACE_AT_EDGE.search(body) or re.search(rb"(?:^|[,\n])[ \t]", body):
        table = table.apply(lambda column: column.str.strip())
    table.index = pd.RangeIndex(2 + skipped, 2 + skipped + len(table))
    return table


def _read_irregular(text: str, names: list[str], skipped: int, file: str, notices: list[Notice]) -> pd.DataFrame:
    width = len(names)
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, cells in _csv_rows(text, file, notices):
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            message = f"the row has {len(cells)} cells, the header has {width}"
            notices.append(Notice(Severity.WARNING, file, line + 1 + skipped, message))
        lines.append(line + 1 + skipped)
        rows.append((cells + [""] * width)[:width])
    return pd.DataFrame(rows, index=pd.Index(lines, dtype="int64"), columns=list(range(width)), dtype="str")


def _csv_rows(text: str, file: str, notices: list[Notice]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins, counted from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            notices.append(Notice(Severity.ERROR, file, line, f"the row cannot be read ({error}); it is left out"))
            continue
        yield line, cells


def _capped(notices: list[Notice], file: str) -> list[Notice]:
    if len(notices) <= FULL_NOTICES:
        return notices
    rest = len(notices) - FULL_NOTICES
    return [*notices[:FULL_NOTICES], Notice(Severity.WARNING, file, None, f"{rest} more remarks on the file's form")]
