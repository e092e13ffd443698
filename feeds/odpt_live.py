"""Where trains are and what runs otherwise than planned: odpt:Train and odpt:TrainInformation.

Written from the specification; unverified against the live service.

References
----------
ODPT API specification 4, 3.3.7 odpt:Train, 3.3.8 odpt:TrainInformation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from feeds.gbfs_fields import Entry, EntryError, number
from feeds.notices import Notice
from feeds.odpt_dump import own_id, read_answer, short_id, short_ids, text_in
from planner.live_records import Alert, InformedEntity, Period, TripSelector, TripUpdate

JST = timezone(timedelta(hours=9), "JST")


@dataclass(frozen=True, slots=True)
class TrainPosition:
    """Where one train was; IDs as `odpt_to_gtfs` writes them.

    Attributes
    ----------
    id : str
        That of the trip without its calendar: the trip is ``Toei.Mita.535T.Weekday``, the train ``Toei.Mita.535T``.
    from_station, to_station : str
        Between them; at or near `from_station` where `to_station` is empty.
    delay_s : int or None
        Seconds; None where the operator does not say.
    """

    id: str
    railway: str
    train_number: str
    direction: str
    from_station: str
    to_station: str
    destinations: tuple[str, ...]
    delay_s: int | None
    observed: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class TrainInformation:
    """What an operator tells of a line; texts by language.

    Attributes
    ----------
    railway : str
        Empty if it is about the whole operator.
    status : mapping of str to str
        Empty in normal operation.
    """

    id: str
    operator: str
    railway: str
    status: Mapping[str, str]
    text: Mapping[str, str]
    cause: Mapping[str, str]
    began: datetime | None
    resumes: datetime | None
    observed: datetime
    valid_until: datetime | None


def read_trains(data: bytes, file: str = "odpt:Train") -> tuple[tuple[TrainPosition, ...], list[Notice]]:
    """Positions of trains from an answer of the API.

    Raises
    ------
    FeedError
        If `data` is no JSON.
    """
    answer = read_answer(data, file)
    trains = tuple(answer.converted("Train", _position))
    return trains, answer.all_notices()


def read_train_information(
    data: bytes, file: str = "odpt:TrainInformation"
) -> tuple[tuple[TrainInformation, ...], list[Notice]]:
    """What operators tell, from an answer of the API.

    Raises
    ------
    FeedError
        If `data` is no JSON.
    """
    answer = read_answer(data, file)
    told = tuple(answer.converted("TrainInformation", _information))
    return told, answer.all_notices()


def updates_of(trains: Sequence[TrainPosition], running: Collection[str], day: date) -> tuple[TripUpdate, ...]:
    """The trains' delays as those of trips, which last to the end of their run.

    Parameters
    ----------
    running : collection of str
        Ids of the trips that run on the service day `day`, as `odpt_to_gtfs` writes them: a train's id has no calendar.
    """
    trip_of = {trip.rpartition(".")[0]: trip for trip in running}
    return tuple(
        TripUpdate(
            TripSelector(trip_of[train.id], start_date=day),
            delay=train.delay_s,
            timestamp=int(train.observed.timestamp()),
        )
        for train in trains
        if train.delay_s is not None and train.id in trip_of
    )


def alerts_of(told: Sequence[TrainInformation]) -> tuple[Alert, ...]:
    """What operators tell of lines that do not run as usual; without a line, of all of theirs."""
    return tuple(
        Alert(
            id=one.id,
            entities=(InformedEntity(route_id=one.railway) if one.railway else InformedEntity(agency_id=one.operator),),
            periods=(Period(*(None if end is None else int(end.timestamp()) for end in (one.began, one.valid_until))),),
            header=one.status,
            description=one.text,
        )
        for one in told
        if one.status and (one.railway or one.operator)
    )


def _position(entry: Entry) -> TrainPosition:
    delay = number(entry, "odpt:delay")
    return TrainPosition(
        id=own_id(entry),
        railway=short_id(entry.get("odpt:railway")),
        train_number=text_in(entry.get("odpt:trainNumber")),
        direction=short_id(entry.get("odpt:railDirection")),
        from_station=short_id(entry.get("odpt:fromStation")),
        to_station=short_id(entry.get("odpt:toStation")),
        destinations=tuple(short_ids(entry.get("odpt:destinationStation"))),
        delay_s=None if delay is None else round(delay),
        observed=_required_moment(entry, "dc:date"),
        valid_until=_moment(entry, "dct:valid"),
    )


def _information(entry: Entry) -> TrainInformation:
    return TrainInformation(
        id=own_id(entry),
        operator=short_id(entry.get("odpt:operator")),
        railway=short_id(entry.get("odpt:railway")),
        status=_texts(entry.get("odpt:trainInformationStatus")),
        text=_texts(entry.get("odpt:trainInformationText")),
        cause=_texts(entry.get("odpt:trainInformationCause")),
        began=_moment(entry, "odpt:timeOfOrigin"),
        resumes=_moment(entry, "odpt:resumeEstimate"),
        observed=_required_moment(entry, "dc:date"),
        valid_until=_moment(entry, "dct:valid"),
    )


def _texts(value: object) -> dict[str, str]:
    if isinstance(value, str):
        return {"ja": value} if value else {}
    found = value if isinstance(value, dict) else {}
    return {str(language): text for language, text in found.items() if isinstance(text, str) and text}


def _required_moment(entry: Entry, key: str) -> datetime:
    moment = _moment(entry, key)
    if moment is None:
        raise EntryError(f"{key} is missing")
    return moment


def _moment(entry: Entry, key: str) -> datetime | None:
    value = entry.get(key)
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise EntryError(f"{key} {value!r:.40} is no time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)
