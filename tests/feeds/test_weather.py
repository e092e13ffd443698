"""Facts about tables of the Japan Meteorological Agency: marks, points of the compass, odd headings."""

import contextlib
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.notices import FeedError
from feeds.weather import COMPASS, JST, read_jma_daily, read_jma_hourly

DAY = ",平均風速 (m/s),最大風速 (m/s),最大風速の風向,最大瞬間風速 (m/s),最大瞬間風速風向\n"
HOUR = ",現地気圧 (hPa),風速 (m/s),風向\n"
DAILY, HOURLY = "jma_daily_202001_千葉県千葉.csv", "jma_hourly_20200104_小名浜.csv"


def table(folder: Path, text: str, name: str = DAILY, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_a_day(tmp_path: Path) -> None:
    (day,), notices = read_jma_daily(table(tmp_path, DAY + "1,1.7,5.7,北北西,9.4,東\n"))
    assert notices == []
    assert (day.station, day.date) == ("千葉", date(2020, 1, 1))
    assert (day.mean_ms, day.max_ms, day.max_direction_deg) == (1.7, 5.7, 337.5)
    assert (day.gust_ms, day.gust_direction_deg, day.prevailing_direction_deg) == (9.4, 90.0, None)


@pytest.mark.parametrize(
    ("cell", "value", "notice"),
    [
        ("6.2", 6.2, None),
        ("6.2 )", 6.2, None),
        ("6.2)", 6.2, None),
        ("6.2 *", 6.2, None),
        ("", None, None),
        ("--", None, None),
        ("6.2 ]", None, "最大風速 '6.2 ]' rests on too few observations and is not used"),
        ("×", None, "最大風速 is missing (×)"),
        ("///", None, "最大風速 is missing (///)"),
        ("#", None, "最大風速 is missing (#)"),
        ("-1", None, "最大風速 '-1' is no wind speed in m/s"),
        ("120.1", None, "最大風速 '120.1' is no wind speed in m/s"),
        ("fast", None, "最大風速 'fast' is no wind speed in m/s"),
    ],
)
def test_marks(tmp_path: Path, cell: str, value: float | None, notice: str | None) -> None:
    (day,), notices = read_jma_daily(table(tmp_path, DAY + f"1,1.7,{cell},北,9.4,北\n"))
    assert day.max_ms == value
    assert [(n.row, n.message) for n in notices] == ([(2, notice)] if notice else [])


def test_the_compass_goes_round_from_north_by_east(tmp_path: Path) -> None:
    assert len(set(COMPASS)) == 16
    assert [COMPASS.index(point) * 22.5 for point in ("北", "東", "南", "西")] == [0, 90, 180, 270]
    rows = "".join(f"{i},1.0,2.0,{point} ),3.0,北\n" for i, point in enumerate(COMPASS, 1))
    days, notices = read_jma_daily(table(tmp_path, DAY + rows))
    assert [day.max_direction_deg for day in days] == [i * 22.5 for i in range(16)]
    assert notices == []


def test_an_hour_is_the_end_of_its_ten_minutes_and_24_is_the_next_day(tmp_path: Path) -> None:
    hours, _ = read_jma_hourly(table(tmp_path, HOUR + "1,1014.4,5.3,北西\n24,1014.6,3.2,北\n", HOURLY))
    assert [hour.time for hour in hours] == [datetime(2020, 1, 4, 1, tzinfo=JST), datetime(2020, 1, 5, 0, tzinfo=JST)]
    assert [(hour.mean_ms, hour.direction_deg) for hour in hours] == [(5.3, 315.0), (3.2, 0.0)]


@pytest.mark.parametrize(("speed", "mean"), [("0.1", 0.1), ("", 0.0)])
def test_calm_comes_from_nowhere(tmp_path: Path, speed: str, mean: float) -> None:
    (hour,), notices = read_jma_hourly(table(tmp_path, HOUR + f"1,1014.4,{speed},静穏\n", HOURLY))
    assert (hour.mean_ms, hour.direction_deg, notices) == (mean, None, [])


def test_one_heading_over_two_columns(tmp_path: Path) -> None:
    text = "時,気圧(hPa),風向・風速(m/s),雪(cm)\n1,1013.7,1016.7,1.5,北西,--,--\n"
    (hour,), _ = read_jma_hourly(table(tmp_path, text, "jma_hourly_tokyo_20231201.csv"))
    assert (hour.station, hour.mean_ms, hour.direction_deg) == ("tokyo", 1.5, 315.0)


def test_the_agency_s_own_encoding(tmp_path: Path) -> None:
    (day,), _ = read_jma_daily(table(tmp_path, DAY + "1,1.7,5.7,北,9.4,北\n", encoding="cp932"))
    assert day.gust_ms == 9.4


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("32,1,2,北,3,北", "2020-01 has no day 32; the row is left out"),
        ("x,1,2,北,3,北", "'x' is no day or hour; the row is left out"),
        ("1,9,9,北,9,北", "'1' is there twice; the first one is used"),
        ("2,1,2,上,3,北", "最大風速の風向 '上' is no point of the compass"),
    ],
)
def test_a_bad_row(tmp_path: Path, row: str, message: str) -> None:
    days, notices = read_jma_daily(table(tmp_path, DAY + f"1,1.7,5.7,北,9.4,北\n{row}\n"))
    assert days[0].mean_ms == 1.7
    assert [(notice.row, notice.message) for notice in notices] == [(3, message)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("jma_daily_2020_千葉.csv", DAY, "does not say where and when"),
        ("jma_daily_202013_千葉.csv", DAY, "does not say where and when"),
        ("jma_daily_202001.csv", DAY, "does not say where and when"),
        (DAILY, "a,b\n1,2\n", "no column is headed 平均風速"),
        (DAILY, "", "no column is headed 平均風速"),
    ],
)
def test_no_table(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(FeedError, match=message):
        read_jma_daily(table(tmp_path, text, name))


@pytest.mark.shared
def test_real_months(shared: Path) -> None:
    stations = {}
    for path in sorted((shared / "data/weather").glob("jma_daily_*.csv")):
        days, notices = read_jma_daily(path)
        assert notices == []
        assert [day.date for day in days] == [date(2020, 1, i) for i in range(1, 32)]
        for day in days:
            assert day.mean_ms is not None
            assert day.max_ms is not None
            assert day.gust_ms is not None
            assert day.mean_ms <= day.max_ms <= day.gust_ms
        stations[days[0].station] = max(day.gust_ms or 0.0 for day in days)
    assert set(stations) == {*("千葉", "成田", "木更津", "船橋", "銚子", "館山", "東京", "江戸川臨海", "羽田", "横浜")}


@pytest.mark.shared
def test_real_days(shared: Path) -> None:
    for name, at_two in ((HOURLY, (5.7, 315.0)), ("jma_hourly_tokyo_20231201.csv", (2.4, 180.0))):
        hours, notices = read_jma_hourly(shared / "data/weather" / name)
        assert notices == []
        assert [hour.time.hour for hour in hours] == [*range(1, 24), 0]
        assert (hours[13].mean_ms, hours[13].direction_deg) == at_two


@settings(max_examples=200)
@given(st.binary(max_size=8), st.integers(0, 400), st.booleans())
def test_changed_tables_never_raise_anything_but_feed_errors(
    tmp_path_factory: pytest.TempPathFactory, octets: bytes, at: int, is_hourly: bool
) -> None:
    data = (HOUR + "1,1014.4,5.3,北西\n24,1,2,北\n" if is_hourly else DAY + "1,1.7,5.7,北,9.4,北 )\n").encode()
    path = tmp_path_factory.mktemp("jma") / (HOURLY if is_hourly else DAILY)
    path.write_bytes(data[: at % len(data)] + octets + data[at % len(data) + len(octets) :])
    with contextlib.suppress(FeedError):
        (read_jma_hourly if is_hourly else read_jma_daily)(path)
