"""Tables of text as people keep them: the rows of a CSV file that has the columns it must have."""

import csv
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from feeds.notices import FeedError


def rows_of(file: Path, columns: Collection[str]) -> Iterator[tuple[str, Mapping[str, str | None]]]:
    """Each row by column, with the file and line to name if a cell cannot be understood.

    Raises
    ------
    FeedError
        The file cannot be read, is no table of text in UTF-8, or has one of the `columns` not.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            table = csv.DictReader(text)
            missing = [column for column in columns if column not in (table.fieldnames or ())]
            if missing:
                raise FeedError(f"{file} has no column {missing[0]}.")
            for row in table:
                yield f"{file}, line {table.line_num}", row
    except OSError as error:
        raise FeedError(f"{file}: the file cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{file} is no table of text in UTF-8: {error}.") from error
