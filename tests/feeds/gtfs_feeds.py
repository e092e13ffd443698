"""Small GTFS feeds from compact text, and timetables back as text."""

from pathlib import Path

from feeds.gtfs import GtfsNetwork, read_gtfs
from planner.timetable import Timetable

BASE = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nA,Line A,https://a.example,Asia/Tokyo",
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,Aoba,35.60,140.00\nB,Bay,35.61,140.01\nC,Chuo,35.62,140.02",
    "routes": "route_id,agency_id,route_short_name,route_type\nR,A,1,3",
    "calendar": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "Daily,1,1,1,1,1,1,1,20260401,20260430\n"
        "Weekend,0,0,0,0,0,1,1,20260401,20260430"
    ),
    "trips": "route_id,service_id,trip_id\nR,Daily,T",
    "stop_times": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT,8:00:00,8:00:00,A,1\nT,8:10:00,8:11:00,B,2"
    ),
}


def feed(folder: Path, **tables: str | None) -> Path:
    """A folder with the base feed, its tables replaced by those named; None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (BASE | tables).items():
        if text is not None:
            (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    return folder


def calls(*trips: str) -> str:
    """stop_times.txt from lines like ``T A 8:00 B 8:10/8:11``."""
    rows = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
    for line in trips:
        trip, *words = line.split()
        for i, (stop, times) in enumerate(zip(words[::2], words[1::2], strict=True)):
            arrival, _, departure = times.partition("/")
            rows.append(f"{trip},{arrival}:00,{departure or arrival}:00,{stop},{i}")
    return "\n".join(rows)


def trips(*lines: str) -> str:
    """trips.txt from lines like ``T Daily`` or ``T Daily block``."""
    rows = ["route_id,service_id,trip_id,block_id"]
    for line in lines:
        trip, service, *block = line.split()
        rows.append(f"R,{service},{trip},{''.join(block)}")
    return "\n".join(rows)


def read(folder: Path, **tables: str | None) -> GtfsNetwork:
    """The network of the feed `tables` describe."""
    return read_gtfs([feed(folder, **tables)])


def schedule(timetable: Timetable) -> dict[str, str]:
    """Every trip as ``A 08:00 B 08:10/08:11``, seconds only where there are any."""

    def clock(second: int) -> str:
        return f"{second // 3600:02d}:{second // 60 % 60:02d}" + (f":{second % 60:02d}" if second % 60 else "")

    trips, patterns = timetable.trips, timetable.patterns
    printed = {}
    for t, trip_id in enumerate(trips.ids):
        words = []
        begin, first = int(patterns.first[trips.pattern[t]]), int(trips.first_event[t])
        for i in range(int(trips.first_event[t + 1]) - first):
            arrival, departure = int(trips.arrival[first + i]), int(trips.departure[first + i])
            times = clock(arrival) + ("" if arrival == departure else f"/{clock(departure)}")
            words.append(f"{timetable.stops.ids[int(patterns.stop[begin + i])]} {times}")
        printed[trip_id] = " ".join(words)
    return printed


def in_seat(timetable: Timetable) -> set[str]:
    """Pairs of trips as ``T1>T2``."""
    ids = list(timetable.trips.ids)
    pairs = zip(timetable.in_seat.from_trip, timetable.in_seat.to_trip, strict=True)
    return {f"{ids[a]}>{ids[b]}" for a, b in pairs}


def messages(network: GtfsNetwork) -> list[str]:
    """Notices as ``file:row message``."""
    return [f"{n.file}:{n.row} {n.message}" for n in network.notices]
