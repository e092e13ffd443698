"""An answer in the terminal, as printed text."""

from datetime import date
from io import StringIO

from rich.cells import cell_len
from rich.console import Console

from api.cli_answer import print_answer
from api.messages import catalogue
from planner.model import Answer
from planner.reasons import InputField, Reason, RoutingError
from tests.api.answers import ANSWER, BY_TAXI, at, nothing


def printed(answer: Answer, language: str, notes: tuple[str, ...] = (), steps: bool = False) -> str:
    console = Console(file=StringIO(), width=80, color_system=None, legacy_windows=False)
    print_answer(
        console,
        catalogue(language),
        answer,
        sorted((*answer.itineraries, *answer.direct), key=lambda one: one.end),
        notes,
        steps,
    )
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


JAPANESE = """\
ベイタウン → 県文化会館 2026年11月25日(水)

 1  17:35–17:44  9分  直行  160円  CO2e 12 g
    時刻           手段                              区間
    17:35–17:44    シェアサイクル 9分                海浜幕張駅北口 → 幕張メッセ
                   1.2km(ハローサイクリング)

 2  17:40–18:10  30分  直行  運賃不明  CO2e 800 g
    17:40–18:10    オンデマンドバス                  ベイタウン → 県文化会館
                   幕張オンデマンド ·
                   17:40–17:50に乗車 ·
                   17:10までに予約 · 電話
                   043-000-0000

 3  17:30–18:25  55分  乗換1回  IC 442円(きっぷ450円)  徒歩1.2km  CO2e 391 g
    17:30–17:41    徒歩 11分 850m                    ベイタウン → 海浜幕張
                                                     (2番線)
    17:45–18:02    京葉線 · 蘇我行 · 途中1駅         海浜幕張 (2番線) → 蘇我
                                                     (4番線)
    18:12–18:20    千葉都市モノレール1号線 ·         千葉みなと → 県庁前
                   県庁前行 · 10分間隔 · 次で下車
    18:20–18:25    徒歩 5分 350m                     → 県文化会館

 4  23:50–00:10+1  20分  直行  4,200円  CO2e 1300 g
    23:50–00:10+1  タクシー 20分 9.8km               ベイタウン → 県文化会館

データ: 手書き"""


def test_japanese_answer_with_every_kind_of_leg() -> None:
    assert printed(ANSWER, "ja", ("データ: 手書き",)) == JAPANESE


ENGLISH = """\
 3  17:30–18:25  55 min  1 change  ¥442 IC (¥450 ticket)  walk 1.2 km  391 gCO2e
    17:30–17:41    Walk 11 min, 850 m                ベイタウン → 海浜幕張
                                                     (platform 2)
                   · Start, 50 m
                   · Left: プロムナード通り, 800 m
                   · Lift from level 0 to level 1, 0 m
    17:45–18:02    京葉線 · for 蘇我 · 1 stop        海浜幕張 (platform 2) →
                   between                           蘇我 (platform 4)
    18:12–18:20    千葉都市モノレール1号線 · for     千葉みなと → 県庁前
                   県庁前 · every 10 min · next
                   stop
    18:20–18:25    Walk 5 min, 350 m                 → 県文化会館
"""


def test_english_answer_with_the_steps_of_the_walk() -> None:
    assert ENGLISH in printed(ANSWER, "en", steps=True)


def test_no_line_is_wider_than_the_terminal() -> None:
    for language in ("ja", "en"):
        assert max(cell_len(line) for line in printed(ANSWER, language, steps=True).splitlines()) <= 80


def test_days_are_counted_from_the_first_departure_of_the_answer() -> None:
    early = Answer(*(getattr(ANSWER, name) for name in ("origin", "destination")), (), (BY_TAXI,), None, "", "", "")
    assert "23:50–00:10+1" in printed(early, "en")
    assert at("23:50").date() == date(2026, 11, 25)


def test_nothing_found_names_the_reason() -> None:
    reason = RoutingError(
        Reason.OUTSIDE_SERVICE_PERIOD, InputField.DATE_TIME, {"first": "2026-04-01", "last": "2027-03-31"}
    )
    assert printed(nothing(reason), "en") == (
        "No way was found.\nThe timetables of this network cover 2026-04-01 to 2027-03-31 only."
    )
