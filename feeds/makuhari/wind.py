"""Normal wind of each month at Chiba, from a table of estimates: `read_wind_months`."""

from drones.wind import WindMonth
from feeds.makuhari.timetable import read_table
from feeds.notices import FeedError


def read_wind_months(table: str = "wind_months.csv") -> tuple[tuple[WindMonth, ...], float]:
    """The twelve months, January first, and the height of the anemometer above ground in metres.

    Raises
    ------
    FeedError
        If a cell is not a number, a month is missing, or the heights differ.
    """
    months, heights = [], set()
    for row in read_table(table):
        try:
            month, mean = int(row["month"]), float(row["mean_ms"])
            months.append(WindMonth(row["station"], month, mean, float(row["direction_deg"])))
            heights.add(float(row["height_m"]))
        except ValueError as error:
            raise FeedError(f"{table}, month {row['month']}: {error}.") from error
    months.sort(key=lambda month: month.month)
    if [month.month for month in months] != list(range(1, 13)) or len(heights) != 1:
        raise FeedError(f"{table} needs each of twelve months once, at one height.")
    return tuple(months), heights.pop()
