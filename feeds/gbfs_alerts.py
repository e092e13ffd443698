"""Alerts of GBFS (system_alerts.json), from and to the planner's words.

References
----------
GBFS 3.0, system_alerts.json; GTFS Realtime Reference v2.0, enum Effect.
"""

from datetime import UTC, datetime

from feeds.gbfs_fields import UNKNOWN_LANGUAGE, Entry, EntryError, as_entry, identifier, localized, timestamp
from planner.live_records import Alert, Period
from planner.sharing import SharingAlert

EFFECTS = {
    "system_closure": "NO_SERVICE",
    "station_closure": "NO_SERVICE",
    "station_move": "STOP_MOVED",
    "other": "OTHER_EFFECT",
}
"""GTFS-Realtime's word for each kind of alert, for GBFS' alerts are shown beside those of trains."""


def alert_from_json(entry: Entry, language: str) -> SharingAlert:
    """One entry of system_alerts.json.

    Raises
    ------
    EntryError
        If its kind, its times or its texts are none.
    """
    kind = identifier(entry, "type").lower()
    if kind not in EFFECTS:
        raise EntryError(f"type is {kind!r}, none of {', '.join(EFFECTS)}")
    alert = Alert(
        id=identifier(entry, "alert_id"),
        entities=(),
        periods=tuple(_period(as_entry(one)) for one in _listed(entry, "times")),
        effect=EFFECTS[kind],
        header=_texts(entry.get("summary"), language),
        description=_texts(entry.get("description"), language),
        url=_texts(entry.get("url"), language),
    )
    return SharingAlert(alert, *(tuple(map(str, _listed(entry, f"{key}_ids"))) for key in ("station", "region")))


def alert_to_json(told: SharingAlert) -> Entry:
    """The same as version 3 writes it; a closure of stations is one of the system where none are named."""
    alert, kinds = told.alert, {effect: kind for kind, effect in EFFECTS.items()}
    kind = kinds.get(alert.effect, "other")
    entry: Entry = {
        "alert_id": alert.id,
        "type": "system_closure" if kind == "station_closure" and not told.stations else kind,
        "times": [
            {"start": _moment(period.start or 0)} | ({} if period.end is None else {"end": _moment(period.end)})
            for period in alert.periods
        ],
        "station_ids": list(told.stations),
        "region_ids": list(told.regions),
    }
    for key, texts in (("summary", alert.header), ("description", alert.description), ("url", alert.url)):
        entry[key] = [{"text": text, "language": code or UNKNOWN_LANGUAGE} for code, text in texts.items()]
    return {key: value for key, value in entry.items() if value != []}


def _texts(value: object, language: str) -> dict[str, str]:
    first, texts = localized(value, language)
    return texts or ({"": first} if first else {})


def _period(entry: Entry) -> Period:
    return Period(timestamp(entry, "start"), timestamp(entry, "end"))


def _listed(entry: Entry, key: str) -> list[object]:
    listed = entry.get(key) or []
    if not isinstance(listed, list):
        raise EntryError(f"{key} is {listed!r:.80}, not a list")
    return listed


def _moment(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()
