"""An answer written by hand: from Kaihin-Makuhari to the Messe and home again, every kind of leg in it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from planner.flex import BookingRule
from planner.model import (
    Answer,
    FlexLeg,
    Itinerary,
    Mode,
    Place,
    RentalLeg,
    Step,
    StopCall,
    StreetLeg,
    TaxiLeg,
    TransitLeg,
    Turn,
    VertexType,
)
from planner.prices import FarePart, Price
from planner.reasons import RoutingError
from planner.sharing import FormFactor, Propulsion, ReturnConstraint

TOKYO = ZoneInfo("Asia/Tokyo")
HOME = Place("ベイタウン", 35.64310, 140.04580)
STATION = Place("海浜幕張", 35.64861, 140.04180, 1.0, VertexType.TRANSIT, "keiyo_km", "keiyo_km_station", "2")
SOGA = Place("蘇我", 35.58200, 140.13070, 0.0, VertexType.TRANSIT, "keiyo_soga", None, "4")
SOGA_MONORAIL = Place("千葉みなと", 35.60690, 140.10330, 0.0, VertexType.TRANSIT, "mono_minato")
CENTRAL = Place("県庁前", 35.60480, 140.12370, 0.0, VertexType.TRANSIT, "mono_kencho")
HALL = Place("県文化会館", 35.60330, 140.12710)
PORT = Place("海浜幕張駅北口", 35.64900, 140.04100, 0.0, VertexType.BIKESHARE, station_id="port_1")
PORT_MESSE = Place("幕張メッセ", 35.64750, 140.03440, 0.0, VertexType.BIKESHARE, station_id="port_2")


def at(clock: str, day: date = date(2026, 11, 25)) -> datetime:
    """A moment in Tokyo."""
    return datetime.combine(day, datetime.strptime(clock, "%H:%M").time(), TOKYO)


def line(origin: Place, destination: Place) -> tuple[tuple[float, float], ...]:
    """The straight line between two places."""
    return (origin.lat, origin.lon), (destination.lat, destination.lon)


def walk(start: str, end: str, origin: Place, destination: Place, metres: float, *steps: Step) -> StreetLeg:
    """A walk on the day."""
    return StreetLeg(Mode.WALK, at(start), at(end), origin, destination, metres, line(origin, destination), steps)


def ride(
    start: datetime, end: datetime, origin: Place, destination: Place, calls: tuple[StopCall, ...] = ()
) -> TransitLeg:
    """A ride on the Keiyo line."""
    return TransitLeg(
        Mode.RAIL,
        start,
        end,
        origin,
        destination,
        14500.0,
        line(origin, destination),
        "keiyo_1234",
        date(2026, 11, 25),
        "keiyo",
        "京葉線",
        "JR京葉線",
        2,
        "C9252F",
        "FFFFFF",
        "",
        "jre",
        "JR東日本",
        "https://www.jreast.co.jp/",
        "蘇我",
        calls,
        wheelchair=True,
        bikes_allowed=False,
    )


def monorail(start: datetime, end: datetime) -> TransitLeg:
    """A ride on the monorail, by headway."""
    return TransitLeg(
        Mode.MONORAIL,
        start,
        end,
        SOGA_MONORAIL,
        CENTRAL,
        3200.0,
        line(SOGA_MONORAIL, CENTRAL),
        "mono_7",
        date(2026, 11, 25),
        "mono1",
        "",
        "千葉都市モノレール1号線",
        12,
        "",
        "",
        "",
        "cum",
        "千葉都市モノレール",
        "",
        "県庁前",
        (),
        headway_s=600,
    )


BY_RAIL = Itinerary(
    (
        walk(
            "17:30",
            "17:41",
            HOME,
            STATION,
            846.0,
            Step(Turn.DEPART, "", 46.0, line(HOME, STATION)),
            Step(Turn.LEFT, "プロムナード通り", 800.0, line(HOME, STATION)),
            Step(Turn.ELEVATOR, "", 0.0, line(STATION, STATION), 0.0, 1.0),
        ),
        ride(
            at("17:45"),
            at("18:02"),
            STATION,
            SOGA,
            (StopCall(Place("検見川浜", 35.64, 140.06, stop_id="k"), at("17:48"), at("17:49")),),
        ),
        monorail(at("18:12"), at("18:20")),
        walk("18:20", "18:25", CENTRAL, HALL, 350.0),
    ),
    1,
    (
        FarePart(
            "京葉線",
            (1,),
            (Price("adult", "ic", 242, "JPY"), Price("adult", "ticket", 250, "JPY"), Price("child", "ic", 121, "JPY")),
        ),
        FarePart("モノレール", (2,), (Price("adult", "ic", 200, "JPY"),)),
    ),
    1196.0,
    391.4,
    "rail-1",
)
BY_BIKE = Itinerary(
    (
        RentalLeg(
            at("17:35"),
            at("17:44"),
            PORT,
            PORT_MESSE,
            1240.0,
            line(PORT, PORT_MESSE),
            "hello",
            "ハローサイクリング",
            FormFactor.BICYCLE,
            Propulsion.ELECTRIC_ASSIST,
            ReturnConstraint.ANY_STATION,
            Price("", "app", 160, "JPY"),
        ),
    ),
    0,
    (FarePart("シェアサイクル", (0,), (Price("", "app", 160, "JPY"),)),),
    0.0,
    12.0,
    "bike-1",
)
BY_DEMAND_BUS = Itinerary(
    (
        FlexLeg(
            at("17:40"),
            at("18:10"),
            HOME,
            HALL,
            9800.0,
            line(HOME, HALL),
            "flex_1",
            "flex",
            "幕張オンデマンド",
            "千葉市",
            (at("17:40"), at("17:50")),
            BookingRule("b", 1, 30, phone_number="043-000-0000"),
            at("17:10"),
        ),
    ),
    0,
    None,
    0.0,
    800.0,
    "flex-1",
)
BY_TAXI = Itinerary(
    (
        TaxiLeg(
            at("23:50"),
            at("00:10", date(2026, 11, 26)),
            HOME,
            HALL,
            9800.0,
            line(HOME, HALL),
            Price("", "cash", 4200, "JPY"),
        ),
    ),
    0,
    (FarePart("タクシー", (0,), (Price("", "cash", 4200, "JPY"),)),),
    0.0,
    1300.0,
    "taxi-1",
)

ANSWER = Answer(HOME, HALL, (BY_RAIL,), (BY_BIKE, BY_DEMAND_BUS, BY_TAXI), None, "EARLIER|1", "LATER|2", "made-by-hand")


def nothing(reason: RoutingError) -> Answer:
    """An answer without any itinerary."""
    return Answer(HOME, HALL, (), (), reason, "", "", "made-by-hand")
