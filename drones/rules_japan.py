"""Japanese rules of flying without a pilot on board, as data: clause, since when, what, and what to do about it.

Of verified rules a page that states them was read, named as source; the statutes themselves were not at hand. 教則 is
the ministry's 無人航空機の飛行の安全に関する教則 as quoted at kyosoku.net. Before 2022-12-05 art. 132-85 and 132-86
were art. 132 and 132-2; the item numbers of art. 132-86 (2) are restated from memory.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes
    ----------
    valid_from : date or None
        None: not known to be in force.
    is_verified : bool
        A text stating it was read.
    ja, en : str
        What it says.
    remedy_ja, remedy_en : str
        What makes the flight possible.
    """

    id: str
    clause: str
    valid_from: date | None
    source: str
    is_verified: bool
    ja: str
    en: str
    remedy_ja: str
    remedy_en: str


@dataclass(frozen=True, slots=True)
class FacilityRadius:
    """Distance around a critical facility in which flying is prohibited since a date (None: not known to be)."""

    radius_m: float
    valid_from: date | None
    source: str
    is_verified: bool


ACT_2015 = date(2015, 12, 10)
ACT_2022 = date(2022, 12, 5)
LEVEL_3_5_SINCE = date(2023, 12, 26)
BILL_2026 = date(2026, 3, 12)

_KYOSOKU = "教則 3.1.1(2): kyosoku.net ?p=31"
_PERMIT_JA = "国土交通大臣の許可を受ける(ドローン情報基盤システム)。"
_PERMIT_EN = "Obtain the permission of the Minister of Land, Infrastructure, Transport and Tourism (DIPS)."
_APPROVAL_JA = "国土交通大臣の承認を受ける(ドローン情報基盤システム)。"
_APPROVAL_EN = "Obtain the approval of the Minister of Land, Infrastructure, Transport and Tourism (DIPS)."

FACILITY_RADII = (
    FacilityRadius(300.0, date(2016, 4, 7), "小型無人機等飛行禁止法 2条, 10条; kyosoku.net ?p=195; rck.or.jp", True),
    FacilityRadius(
        1000.0, None, "bill of 2026: news.livedoor.com 30747394 (2026-03-12); passed or not is unread", False
    ),
)

_RULES = (
    Rule(
        "airport", "航空法132条の85第1項1号, 同施行規則236条の71", ACT_2015, _KYOSOKU, True,
        "空港等の周辺の制限表面の上の空域(一部の空港では進入表面・転移表面の下も)での飛行は禁止されている。",
        "Above the surfaces around an aerodrome (at some airports also below approach and transitional surfaces) "
        "flying is prohibited.",
        "空港設置管理者と調整して許可を受けるか、制限表面の下を飛ぶ。",
        "Settle it with the aerodrome and obtain permission, or fly below the surface.",
    ),
    Rule(
        "emergency", "航空法132条の85第1項1号, 同施行規則236条の71", date(2021, 6, 1), _KYOSOKU, True,
        "緊急用務空域では許可を受けていても飛行できない。",
        "In an airspace set aside for emergencies no permission avails.",
        "指定の解除を待つか、空域を避ける。", "Wait until it is lifted, or go around.",
    ),
    Rule(
        "height", "航空法132条の85第1項1号, 同施行規則236条の71", ACT_2015, _KYOSOKU, True,
        "地表又は水面から150m以上の高さの空域での飛行は禁止されている。",
        "At 150 m or more above ground or water flying is prohibited.",
        _PERMIT_JA + "又は150m未満を飛ぶ。", _PERMIT_EN + " Or stay below 150 m.",
    ),
    Rule(
        "height-at-object", "航空法施行規則236条の71", date(2021, 9, 24),
        "academicworks.jp/regulation/431; drone01.com category136", True,
        "高い物件から30m以内の空域は150mの規制から除かれる。",
        "Within 30 m of a structure the limit of 150 m does not hold.", "", "",
    ),
    Rule(
        "did", "航空法132条の85第1項2号, 同施行規則236条の72", ACT_2015, _KYOSOKU + "; soumu.go.jp 150735_10", True,
        "人口集中地区の上空の飛行は禁止されている。",
        "Over densely inhabited districts of the census flying is prohibited.", _PERMIT_JA, _PERMIT_EN,
    ),
    Rule(
        "night", "航空法132条の86第2項1号", ACT_2015, _KYOSOKU, True,
        "日没後から日出までの飛行は承認なしにはできない。",
        "From sunset to sunrise one may not fly without approval.",
        _APPROVAL_JA + "又は日中に飛ぶ。", _APPROVAL_EN + " Or fly by day.",
    ),
    Rule(
        "sight", "航空法132条の86第2項2号", ACT_2015, _KYOSOKU, True,
        "目視外での飛行は承認なしにはできない。", "Beyond the pilot's sight one may not fly without approval.",
        _APPROVAL_JA, _APPROVAL_EN,
    ),
    Rule(
        "distance", "航空法132条の86第2項3号", ACT_2015, _KYOSOKU, True,
        "第三者又はその物件から30m未満での飛行は承認なしにはできない。",
        "Closer than 30 m to third persons or their property one may not fly without approval.",
        _APPROVAL_JA + "又は30m以上離れる。", _APPROVAL_EN + " Or keep 30 m away.",
    ),
    Rule(
        "event", "航空法132条の86第2項4号", ACT_2015, _KYOSOKU, True,
        "多数の者の集合する催しの上空の飛行は承認なしにはできない。",
        "Over gatherings of many people one may not fly without approval.",
        _APPROVAL_JA + "又は催しのない時に飛ぶ。", _APPROVAL_EN + " Or fly when nothing is on.",
    ),
    Rule(
        "dangerous", "航空法132条の86第2項5号", ACT_2015, _KYOSOKU, True,
        "爆発物など危険物の輸送は承認なしにはできない。", "Dangerous goods may not be carried without approval.",
        _APPROVAL_JA, _APPROVAL_EN,
    ),
    Rule(
        "drop", "航空法132条の86第2項6号", ACT_2015, _KYOSOKU, True,
        "物件の投下は承認なしにはできない。", "Things may not be dropped without approval.",
        _APPROVAL_JA + "又は着陸して置く。", _APPROVAL_EN + " Or land and set it down.",
    ),
    Rule(
        "category-1", "航空法132条の85, 132条の86", ACT_2022, "教則: kyosoku.net ?p=66", True,
        "特定飛行に該当しない(カテゴリーⅠ)。", "No specified flight (category I): no permission is needed.", "", "",
    ),
    Rule(
        "access-control", "航空法132条の85第1項", ACT_2015,
        "offiice-kemmochiyoshifumi.com ?p=17; kyosoku.net ?p=66", True,
        "立入管理措置を講じた飛行(カテゴリーⅡ)では経路の下に第三者がいてはならない。",
        "With control of access (category II) there must be no third person under the path.",
        "経路を無人地帯に移すか、カテゴリーⅢの要件を満たす。",
        "Lead the path over empty ground, or fulfil what category III asks.",
    ),
    Rule(
        "crossing", "無人航空機の飛行に関する許可・承認の審査要領(カテゴリーⅡ飛行)", ACT_2015,
        "misei-gyousei.com; sairenji-office.com/no-signboard", True,
        "レベル3では道路・鉄道の横断前に一時停止して移動車両等のないことを確認する。",
        "At level 3 the aircraft stops before roads and railways until no vehicle is under way.",
        "横断前に一時停止するか、レベル3.5の要件を満たす。", "Stop before crossing, or fulfil what level 3.5 asks.",
    ),
    Rule(
        "level-3.5", "無人航空機の飛行に関する許可・承認の審査要領(カテゴリーⅡ飛行)", LEVEL_3_5_SINCE,
        "sairenji-office.com/no-signboard; 教則: kyosoku.net ?p=139", True,
        "レベル3.5には操縦ライセンス、保険、機上カメラによる確認が要る。人のいる所の上は飛べない。",
        "Level 3.5 asks for a pilot's licence, insurance and a camera on board; it does not allow flying over people.",
        "ライセンス、保険、カメラを揃え、人のいない経路を選ぶ。",
        "Have licence, insurance and camera, and a path without people.",
    ),
    Rule(
        "level-3.5-place", "無人航空機の飛行に関する許可・承認の審査要領(カテゴリーⅡ飛行)", LEVEL_3_5_SINCE,
        "教則: kyosoku.net ?p=139", True,
        "レベル3.5は海水域、河川、森林など第三者が存在する可能性が低い場所のためのものである。",
        "Level 3.5 is meant for the sea, rivers, woods, fields: places where third persons are unlikely.",
        "人口集中地区を避けるか、航空局に相談する。", "Avoid inhabited districts, or ask the authority beforehand.",
    ),
    Rule(
        "level-3.5-before", "無人航空機の飛行に関する許可・承認の審査要領", ACT_2015,
        "sairenji-office.com/no-signboard", True,
        "2023年12月26日より前は、機上カメラによる立入管理措置の代替は認められていなかった。",
        "Before 2023-12-26 looking from on board did not replace control of access on the ground.",
        "補助者や看板で立入りを管理する。", "Control the access by helpers and signs.",
    ),
    Rule(
        "category-3-before", "航空法132条の85第1項", ACT_2015, "noandt.com 20221122; dronepilot.co.jp ?p=2673", True,
        "2022年12月5日より前は、第三者の上空の飛行(レベル4)は認められていなかった。",
        "Before 2022-12-05 flights without control of access (level 4) were not allowed.",
        "立入管理措置を講じる。", "Control the access.",
    ),
    Rule(
        "category-3", "航空法132条の85第1項", ACT_2022, "offiice-kemmochiyoshifumi.com ?p=17; kyosoku.net ?p=70", True,
        "立入管理措置を講じない特定飛行(カテゴリーⅢ、レベル4)には第一種機体認証が要る。",
        "A specified flight without control of access (category III, level 4) asks for a Class 1 airframe certificate.",
        "第一種機体認証を受けた機体を使うか、立入管理措置を講じる。",
        "Use an aircraft with a Class 1 certificate, or control the access.",
    ),
    Rule(
        "category-3-licence", "航空法132条の85第1項", ACT_2022,
        "offiice-kemmochiyoshifumi.com ?p=17; kyosoku.net ?p=70", True,
        "カテゴリーⅢ飛行には一等無人航空機操縦士の技能証明が要る。",
        "Category III asks for a first-class remote pilot licence.",
        "一等無人航空機操縦士が操縦する。", "Let a first-class remote pilot fly.",
    ),
    Rule(
        "category-3-permit", "航空法132条の85第4項2号, 132条の86第5項2号", ACT_2022, "kyosoku.net ?p=70, ?p=175", True,
        "カテゴリーⅢ飛行には運航管理の方法の審査と許可・承認が要る。",
        "Category III asks for a review of how the flight is managed, and permission.", _PERMIT_JA, _PERMIT_EN,
    ),
    Rule(
        "registration", "航空法132条の2", date(2022, 6, 20), "dronepilot.co.jp ?p=2673; noandt.com 20221122", True,
        "100g以上の無人航空機は登録を受けなければ飛行できない。",
        "From 100 g on an aircraft must be registered to fly.", "登録を受ける。", "Register it.",
    ),
    Rule(
        "remote-id", "航空法132条の5", date(2022, 6, 20),
        "drone.saitama.jp entry14; the number of the article is restated from memory", True,
        "登録記号を表示し、リモートIDを備えなければならない。",
        "The registration must be shown and sent out (remote ID).",
        "リモートIDを備えるか、特定区域の届出をする。", "Fit remote ID, or give notice of a defined area.",
    ),
    Rule(
        "flight-plan", "航空法132条の88", ACT_2022, "mirai-gyosei-fp.net 2022-12-10; kyosoku.net ?p=151", True,
        "特定飛行の前に飛行計画を通報しなければならない。", "A specified flight must be notified before.",
        "ドローン情報基盤システムで通報する。", "Notify it in DIPS.",
    ),
    Rule(
        "flight-log", "航空法132条の89", ACT_2022,
        "office-uchima.com; offiice-kemmochiyoshifumi.com/archives/101", True,
        "特定飛行では飛行日誌を備え、記載しなければならない。", "A log must be carried and kept for specified flights.",
        "飛行日誌を備える。", "Carry a log.",
    ),
    Rule(
        "facility", "小型無人機等飛行禁止法10条", date(2016, 4, 7),
        "iuris.jp 34444 (art. 10); kyosoku.net ?p=195; pref.shimane.lg.jp (48 h)", True,
        "重要施設とその周囲の上空の飛行は禁止されている。",
        "Over critical facilities and around them flying is prohibited.",
        "施設管理者等の同意を得て、48時間前までに警察に通報する。",
        "Obtain the consent of the facility (or the landowner around it) and notify the police 48 hours before.",
    ),
    Rule(
        "facility-bill", "小型無人機等飛行禁止法改正案(2026年)", BILL_2026, FACILITY_RADII[1].source, False,
        "重要施設の周囲を1,000mに広げる改正案がある。施行の有無を確かめる。",
        "A bill widens the zone around critical facilities to 1,000 m; whether it is in force is not known here.",
        "改正法の施行の有無を確かめる。", "Find out whether it is in force.",
    ),
    Rule(
        "harbour", "港則法, 海上交通安全法", ACT_2015,
        "ドローンを活用した荷物等配送に関するガイドライン 4.0 2.5, quoted at drone.saitama.jp entry14", True,
        "港や航路の上空の飛行自体に許可は要らないが、作業船やブイを置けば要る。",
        "Flying over harbours and fairways needs no permit of its own; placing boats or buoys there does.",
        "海上保安部・港長に相談する。", "Ask the coast guard or the harbour master.",
    ),
    Rule(
        "fairway", "港則法, 海上交通安全法", ACT_2015, "collected facts: general knowledge, verify", False,
        "航路は横切り、沿って飛ばない。", "Fairways are crossed, not flown along.",
        "航路をほぼ直角に横切るか、海上保安部・港長に相談する。",
        "Cross the fairway nearly square, or settle it with the coast guard or the harbour master.",
    ),
)  # fmt: skip

RULES = {rule.id: rule for rule in _RULES}


def facility_radius_m(on: date) -> float:
    """Radius around critical facilities on a date; 0 before the act."""
    return max((r.radius_m for r in FACILITY_RADII if r.valid_from is not None and r.valid_from <= on), default=0.0)
