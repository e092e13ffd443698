"""Feeds as tables of texts: encodings, odd rows, folders and zips."""

import re
import zipfile
from pathlib import Path

import pytest

from feeds.gtfs_cells import Table
from feeds.gtfs_tables import MAX_BYTES, MAX_RATIO, RATIO_FROM_BYTES, read_tables
from feeds.gtfs_text import parse_text_table
from feeds.notices import FeedError
from tests.feeds.gtfs_feeds import BASE, feed


def table(text: str | bytes) -> tuple[list[tuple[int, ...]], list[str]]:
    data = text.encode() if isinstance(text, str) else text
    frame, notices = parse_text_table(data, "f.txt")
    cells = [(int(row), *values) for row, *values in frame.itertuples()]
    return [tuple(frame.columns), *cells], [f"{n.row} {n.message}" for n in notices]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,x\n2,y\n",
        "a,b\r\n1,x\r\n2,y",
        "a,b\r1,x\r2,y\r",
        "\ufeffa,b\n1,x\n2,y\n",
        ' A ,"b"\n"1" , x \n2,y\n',
        '"a","b"\n"1","x"\n"2","y"\n',
        "a,b,\n1,x,\n2,y,\n",
    ],
)
def test_line_ends_marks_quotes_and_spaces_do_not_change_a_table(text: str) -> None:
    assert table(text) == ([("a", "b"), (2, "1", "x"), (3, "2", "y")], [])


def test_rows_keep_their_line_numbers_over_blank_lines_and_quoted_line_ends() -> None:
    assert table('a,b\n\n1,"x\ny"\n,\n2,z\n')[0] == [("a", "b"), (3, "1", "x\ny"), (6, "2", "z")]
    assert table("\na,b\n1,x\n")[0] == [("a", "b"), (3, "1", "x")]


def test_a_quote_within_a_cell_and_a_doubled_one_are_text() -> None:
    assert table('a,b\n1,5" pipe\n2,"say ""hi"", she"\n')[0][1:] == [(2, "1", '5" pipe'), (3, "2", 'say "hi", she')]


def test_rows_of_another_width_are_filled_or_cut_with_a_notice() -> None:
    assert table("a,b\n1\n2,y,z\n") == (
        [("a", "b"), (2, "1", ""), (3, "2", "y")],
        ["2 the row has 1 cells, the header has 2", "3 the row has 3 cells, the header has 2"],
    )


def test_widths_that_cancel_out_are_not_taken_for_a_regular_table() -> None:
    assert table("a,b,c\n1,x\n2,y,z,q\n")[0][1:] == [(2, "1", "x", ""), (3, "2", "y", "z")]


def test_the_first_of_two_equal_columns_counts() -> None:
    notice = "1 column 'a' appears twice; its first appearance is used"
    assert table("a,b,a\n1,x,2\n") == ([("a", "b"), (2, "1", "x")], [notice])


@pytest.mark.parametrize(
    ("data", "name", "encoding"),
    [
        ("海浜幕張駅".encode("cp932"), "海浜幕張駅", "Windows-31J (Shift_JIS)"),
        ("Café de la Gare à Évry".encode("cp1252"), "Café de la Gare à Évry", "Windows-1252"),
        (
            "海浜幕張駅の南口と北口".encode() + b"\xff",
            "海浜幕張駅の南口と北口\ufffd",
            "UTF-8 with broken characters replaced",
        ),
    ],
)
def test_encodings_are_told_apart(data: bytes, name: str, encoding: str) -> None:
    rows, notices = table(b"a,b\n1," + data + b"\n")
    assert rows[1] == (2, "1", name)
    assert notices == [f"None the file is not UTF-8; it was read as {encoding}"]


def test_a_zip_may_hold_one_folder_and_names_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/._stops.txt", "rubbish")
        for name, text in BASE.items():
            archive.writestr(f"My Feed/{name.upper()}.TXT", text)
    assert set(read_tables(path).frames) == set(BASE)


def test_a_folder_and_a_zip_of_it_have_equal_tables(tmp_path: Path) -> None:
    folder = feed(tmp_path / "f")
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    inside, packed = read_tables(folder), read_tables(tmp_path / "f.zip")
    assert all(inside.frames[name].equals(packed.frames[name]) for name in BASE)


def refused(path: Path) -> str:
    with pytest.raises(FeedError) as error:
        read_tables(path)
    message = str(error.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_what_is_no_feed_is_refused_in_one_sentence(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "absent.zip")
    (tmp_path / "text.zip").write_text("stop_id")
    assert "not a readable zip" in refused(tmp_path / "text.zip")
    (tmp_path / "empty").mkdir()
    assert "no table of GTFS" in refused(tmp_path / "empty")


def test_a_path_out_of_the_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("../stops.txt", BASE["stops"])
    assert "leads outside" in refused(tmp_path / "f.zip")


def test_a_zip_that_unpacks_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stops.txt", BASE["stops"])
        archive.writestr("trips.txt", BASE["trips"])
    data = path.read_bytes()
    claimed = (0xFFFFFFFE).to_bytes(4, "little")
    for entry in (match.start() for match in re.finditer(rb"PK\x01\x02", data)):
        data = data[: entry + 24] + claimed + data[entry + 28 :]
    path.write_bytes(data)
    assert f"larger than {MAX_BYTES >> 30} GiB" in refused(path)


def test_gtfs_kit_receives_numbers_and_texts(tmp_path: Path) -> None:
    kit = read_tables(feed(tmp_path / "f")).to_gtfs_kit()
    assert kit.get_dates()[0] == "20260401"
    assert kit.stops.stop_lat.tolist() == [35.60, 35.61, 35.62]
    assert kit.stop_times.stop_sequence.tolist() == [1, 2]


def test_rows_under_a_header_without_names_are_empty_records() -> None:
    frame, _ = parse_text_table(b",,\n1,2,3\n4,5,6\n", "routes.txt")
    assert Table("routes.txt", frame).records() == [(2, {}), (3, {})]


def test_a_zip_that_unpacks_to_many_times_its_size_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", "0" * (RATIO_FROM_BYTES + 1))
    assert f"more than {MAX_RATIO} times its size" in refused(tmp_path / "f.zip")
