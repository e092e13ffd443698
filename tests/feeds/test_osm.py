import bz2
import gzip
import math

import numpy as np
import osmnx
import pytest

from feeds.notices import FeedError
from feeds.osm import ATTRIBUTION, read_osm
from feeds.osm_access import access_of, incline_of, levels_of, node_rule_of, opening_of, speed_of
from feeds.osm_networkx import osmnx_tags, streets_of
from planner.streets import Access

LETTERS = {
    "F": Access.FOOT,
    "B": Access.BICYCLE,
    "P": Access.BICYCLE_ON_PAVEMENT,
    "C": Access.CAR,
    "W": Access.WHEELCHAIR,
}


def letters(access):
    return "".join(letter for letter, bit in LETTERS.items() if access & bit)


def tags_of(text):
    return dict(pair.split("=", 1) for pair in text.split())


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ("highway=residential", "FBCW", "FBCW"),
        ("highway=motorway", "C", ""),
        ("highway=trunk motorroad=yes", "C", "C"),
        ("highway=trunk motorroad=yes foot=yes", "FCW", "FCW"),
        ("highway=footway", "FW", "FW"),
        ("highway=footway bicycle=yes", "FPW", "FPW"),
        ("highway=footway bicycle=dismount", "FW", "FW"),
        ("highway=pedestrian bicycle=designated", "FPW", "FPW"),
        ("highway=path footway=sidewalk bicycle=yes", "FPW", "FPW"),
        ("highway=path footway=sidewalk", "FW", "FW"),
        ("highway=cycleway foot=no", "B", "B"),
        ("highway=cycleway", "FBW", "FBW"),
        ("highway=residential sidewalk:both:bicycle=yes", "FBPCW", "FBPCW"),
        ("highway=primary bicycle=use_sidepath", "FCW", "FCW"),
        ("highway=steps", "F", "F"),
        ("highway=steps ramp:wheelchair=yes", "FW", "FW"),
        ("highway=steps bicycle=yes", "F", "F"),
        ("highway=steps conveying=forward", "F", ""),
        ("highway=steps conveying=backward", "", "F"),
        ("highway=elevator", "FW", "FW"),
        ("highway=elevator wheelchair=no", "F", "F"),
        ("highway=footway wheelchair=no", "F", "F"),
        ("highway=footway incline=8%", "FW", "FW"),
        ("highway=footway incline=9%", "F", "F"),
        ("highway=footway width=0.7", "F", "F"),
        ("highway=footway smoothness=horrible", "F", "F"),
        ("highway=residential oneway=yes", "FBCW", "FW"),
        ("highway=residential oneway=-1", "FW", "FBCW"),
        ("highway=residential oneway=yes oneway:bicycle=no", "FBCW", "FBW"),
        ("highway=residential oneway=yes cycleway=opposite_lane", "FBCW", "FBW"),
        ("highway=tertiary junction=roundabout", "FBCW", "FW"),
        ("highway=service access=private", "", ""),
        ("highway=service access=no foot=yes", "FW", "FW"),
        ("highway=service access=destination", "FBCW", "FBCW"),
        ("highway=footway access=yes", "FW", "FW"),
        ("highway=residential motor_vehicle=no", "FBW", "FBW"),
        ("highway=residential vehicle=no", "FW", "FW"),
        ("highway=pedestrian motor_vehicle=yes", "FCW", "FCW"),
        ("highway=construction", "", ""),
        ("railway=platform", "FW", "FW"),
        ("railway=rail", "", ""),
    ],
)
def test_who_may_use_a_way(tags, forward, backward):
    rights = access_of(tags_of(tags))
    assert (letters(rights.forward), letters(rights.backward)) == (forward, backward)


def test_what_a_way_is():
    assert access_of({"highway": "steps"}).forward & Access.STAIRS
    assert access_of({"highway": "elevator"}).forward & Access.LIFT
    assert access_of({"highway": "corridor"}).forward & Access.INDOOR
    assert access_of({"highway": "footway", "footway": "crossing"}).forward & Access.CROSSING
    assert access_of({"highway": "trunk", "motorroad": "yes"}).forward & Access.MOTORROAD
    assert not access_of({"highway": "construction", "indoor": "yes"}).forward


@pytest.mark.parametrize(
    ("tags", "passes"),
    [
        ("highway=elevator", "FW"),
        ("barrier=bollard", "FBPW"),
        ("barrier=bollard motor_vehicle=yes", "FBPCW"),
        ("barrier=kissing_gate", "F"),
        ("barrier=cycle_barrier", "FBP"),
        ("barrier=gate access=private", ""),
        ("barrier=gate access=private foot=yes", "FW"),
        ("barrier=gate opening_hours=04:45-22:00", "FBPCW"),
        ("barrier=kerb kerb=raised", "FBPC"),
        ("entrance=yes wheelchair=no", "FBPC"),
    ],
)
def test_who_passes_a_node(tags, passes):
    rule = node_rule_of(tags_of(tags))
    assert letters(rule.passes if rule else Access(31)) == passes


@pytest.mark.parametrize("tags", ["barrier=gate", "entrance=main", "highway=crossing", "amenity=cafe"])
def test_most_nodes_change_nothing(tags):
    assert node_rule_of(tags_of(tags)) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("04:45-22:00", (4.75, 22)),
        ("Mo-Su 10:00-21:00", (10, 21)),
        ("Mo-Su,PH 10:00-21:00", (10, 21)),
        ("18:00-02:00", (18, 26)),
        ("05:00-24:00", (5, 24)),
        ("04:30-25:00", (4.5, 25)),
        ("24/7", None),
        ("00:00-24:00", None),
    ],
)
def test_daily_hours(text, hours):
    opening = opening_of(text)
    assert (opening and (opening.opens / 3600, opening.closes / 3600)) == hours


@pytest.mark.parametrize("text", ["Mo-Fr 10:00-20:00", "10:00-12:00,13:00-18:00", "off", "Mo-Sa 10:00-20:00; PH off"])
def test_hours_that_differ_by_day_keep_their_words(text):
    opening = opening_of(text)
    assert (opening.text, opening.is_by_day) == (text, True)


@pytest.mark.parametrize("text", ["sunrise-sunset", "Mo-Fr 10-20", "by appointment"])
def test_other_hours_are_refused(text):
    with pytest.raises(ValueError, match="not understood"):
        opening_of(text)


def test_numbers_in_tags():
    assert speed_of("50", 30) == 50
    assert speed_of("30 mph", 0) == pytest.approx(48.28, abs=0.01)
    assert speed_of("walk", 30) == 30
    assert (incline_of("5%"), incline_of("-5 %"), incline_of("up")) == (0.05, -0.05, 0)
    assert incline_of("45°") == pytest.approx(1)
    assert (levels_of("0;1"), levels_of("-1"), levels_of("0-2"), levels_of("")) == ((0, 1), (-1,), (0, 2), ())


def osm(body):
    return f'<?xml version="1.0"?><osm version="0.6">{body}</osm>'


def node(number, east_m=0.0, north_m=0.0, **tags):
    inner = "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    lat, lon = 35.65 + north_m / 111195, 140.04 + east_m / 90360
    return f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{inner}</node>'


def way(number, refs, **tags):
    inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    inner += "".join(f'<tag k="{k.replace("__", ":")}" v="{v}"/>' for k, v in tags.items())
    return f'<way id="{number}" version="1">{inner}</way>'


def restriction(number, value, from_way, via, to_way):
    members = f'<member type="way" ref="{from_way}" role="from"/><member type="node" ref="{via}" role="via"/>'
    members += f'<member type="way" ref="{to_way}" role="to"/>'
    members += f'<tag k="type" v="restriction"/><tag k="restriction" v="{value}"/>'
    return f'<relation id="{number}" version="1">{members}</relation>'


CROSSROADS = (
    node(1, -100) + node(2) + node(3, 100) + node(4, 0, 100) + node(5, 50, 10)
    + way(10, [1, 2], highway="residential", name="海浜大通り", name__en="Kaihin Odori")
    + way(11, [2, 5, 3], highway="residential", name="海浜大通り", name__en="Kaihin Odori")
    + way(12, [2, 4], highway="residential")
)  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def read(body, suffix=".osm", pack=lambda data: data):
        path = tmp_path / f"map{suffix}"
        path.write_bytes(pack(osm(body).encode()))
        return read_osm(path)

    return read


def test_bends_are_points_of_an_edge_not_junctions(read):
    streets = read(CROSSROADS).streets
    assert (len(streets), len(streets.edges)) == (4, 6)
    bent = int(np.argmax(np.diff(streets.edges.shape_first)))
    assert np.diff(streets.edges.shape_first)[bent] == 3
    assert streets.edges.length_m[bent] == pytest.approx(2 * math.hypot(50, 10), abs=0.1)


def test_every_edge_knows_its_opposite_and_runs_the_other_way(read):
    streets = read(CROSSROADS).streets
    edges = streets.edges
    for e in range(len(edges)):
        r = edges.reverse[e]
        line, back = (edges.shape_lat[edges.shape_first[i] : edges.shape_first[i + 1]] for i in (e, r))
        assert (edges.tail[e], edges.head[e]) == (edges.head[r], edges.tail[r])
        assert list(line) == list(back[::-1])
        assert line[0] == streets.node_lat[edges.tail[e]]


def test_names_are_kept_in_their_languages(read):
    streets = read(CROSSROADS).streets
    row = int(streets.edges.name.max())
    assert (streets.names[row], streets.translations["en"][row]) == ("海浜大通り", "Kaihin Odori")


@pytest.mark.parametrize(("suffix", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)])
def test_packed_files_hold_the_same_streets(read, suffix, pack):
    assert len(read(CROSSROADS, suffix, pack).streets) == 4


def banned(extract):
    streets = extract.streets
    edges = streets.edges
    pairs = zip(streets.banned_from.tolist(), streets.banned_to.tolist(), strict=True)
    return {(int(edges.way[a]), int(edges.way[b])) for a, b in pairs}


def test_a_forbidden_turn_bans_one_pair_of_edges(read):
    extract = read(CROSSROADS + restriction(1, "no_left_turn", 10, 2, 12))
    assert banned(extract) == {(10, 12)}
    streets = extract.streets
    assert streets.edges.head[streets.banned_from[0]] == streets.edges.tail[streets.banned_to[0]]


def test_an_only_restriction_bans_all_other_ways_on(read):
    assert banned(read(CROSSROADS + restriction(1, "only_straight_on", 10, 2, 11))) == {(10, 10), (10, 12)}


def test_a_u_turn_ban_bans_the_opposite_edge(read):
    assert banned(read(CROSSROADS + restriction(1, "no_u_turn", 10, 2, 10))) == {(10, 10)}


def test_a_restriction_whose_ways_do_not_meet_is_a_notice(read):
    extract = read(CROSSROADS + restriction(7, "no_left_turn", 10, 3, 12))
    assert not banned(extract)
    assert [n.message for n in extract.notices] == ["relation 7: its ways do not meet at node 3; ignored"]


def test_a_missing_node_cuts_the_way_there(read):
    extract = read(node(1) + node(2, 100) + node(4, 300) + node(5, 400) + way(10, [1, 2, 3, 4, 5], highway="service"))
    assert extract.streets.edges.length_m.sum() == pytest.approx(400, abs=0.5)
    assert [n.message[:8] for n in extract.notices] == ["1 ways n"]


def test_hours_that_are_not_understood_are_a_notice_and_open(read):
    extract = read(node(1) + node(2, 100) + way(10, [1, 2], highway="corridor", opening_hours="sunrise-sunset"))
    assert extract.streets.edges.hours.tolist() == [-1, -1]
    assert "sunrise-sunset" in extract.notices[0].message


def test_hours_of_school_holidays_are_passed_over_and_told_once(read):
    hours = "08:00-20:00; SH off"
    extract = read(
        node(1)
        + node(2, 100)
        + node(3, 200)
        + way(10, [1, 2], highway="corridor", opening_hours=hours)
        + way(11, [2, 3], highway="corridor", opening_hours=hours)
    )
    assert [(hour.opens, hour.closes) for hour in extract.streets.opening] == [(8 * 3600, 20 * 3600)]
    assert [n.message.split(" speak ")[0] for n in extract.notices] == [f"opening hours '{hours}'"]


def test_conditional_restrictions_are_counted(read):
    extract = read(
        node(1) + node(2, 100) + way(10, [1, 2], highway="service", access__conditional="no @ (22:00-05:00)")
    )
    assert extract.notices[0].message.startswith("1 ways have conditional")


def test_stairs_join_levels(read):
    extract = read(
        node(1) + node(2, 50) + node(3, 100) + node(4, 150)
        + way(10, [1, 2], highway="footway")
        + way(11, [2, 3], highway="steps", level="0;1")
        + way(12, [3, 4], highway="footway", level="1")
    )  # fmt: skip
    assert extract.streets.node_level.tolist() == [0, 0, 1, 1]


def test_a_named_place_is_found_with_its_names_and_kind(read):
    extract = read(
        CROSSROADS
        + node(9, 5, 5, amenity="hospital", name="海浜病院", name__en="Kaihin Hospital", alt_name="病院", level="2")
        + node(20, 200, 0) + node(21, 220, 0) + node(22, 220, 20) + node(23, 200, 20)
        + way(30, [20, 21, 22, 23, 20], building="yes", shop="mall", name="モール")
    )  # fmt: skip
    hospital, mall = extract.places
    assert (hospital.id, hospital.kind, hospital.level) == ("n9", "amenity=hospital", 2)
    assert hospital.names == {"": "海浜病院", "en": "Kaihin Hospital", "alt": "病院"}
    assert (mall.id, mall.kind) == ("w30", "shop=mall")
    assert mall.lat == pytest.approx(35.65 + 10 / 111195, abs=1e-6)


def test_a_place_of_several_outlines_lies_in_their_middle(read):
    members = '<member type="way" ref="40" role="outer"/><member type="way" ref="41" role="inner"/>'
    tags = '<tag k="type" v="multipolygon"/><tag k="name" v="モール"/><tag k="shop" v="mall"/>'
    corners = node(30, 0, 50) + node(31, 40, 50) + node(32, 40, 90) + node(33, 0, 90) + node(34, 300, 300)
    outline = way(40, [30, 31, 32, 33, 30]) + way(41, [34, 33])
    extract = read(CROSSROADS + corners + outline + f'<relation id="5" version="1">{members}{tags}</relation>')
    assert [(p.id, p.kind) for p in extract.places] == [("r5", "shop=mall")]
    assert extract.places[0].lat == pytest.approx(35.65 + 70 / 111195, abs=1e-6)


@pytest.mark.parametrize(
    ("stated", "attribution"),
    [
        ('attribution="City of Chiba"', "City of Chiba"),
        ('attribution="http://www.openstreetmap.org/copyright"', ATTRIBUTION),
        ("", ATTRIBUTION),
    ],
)
def test_a_file_may_state_whom_to_name(tmp_path, stated, attribution):
    path = tmp_path / "map.osm.gz"
    path.write_bytes(gzip.compress(osm(CROSSROADS).replace("<osm ", f"<osm {stated} ").encode()))
    assert read_osm(path).attribution == attribution


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.osm.pbf", b"no"), ("a.osm", b"<html></html>"), ("a.txt", b"x"), ("a.osm", b"<osm"), ("a.osm.gz", b"x")],
)
def test_what_is_no_map_is_refused_in_one_sentence(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FeedError) as error:
        read_osm(tmp_path / name)
    assert str(tmp_path / name) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FeedError, match="there is no such file"):
        read_osm(tmp_path / "nowhere.osm.pbf")


@pytest.mark.parametrize("simplify", [False, True])
def test_a_graph_read_by_osmnx_gives_the_same_streets(tmp_path, simplify):
    path = tmp_path / "map.osm"
    path.write_text(osm(CROSSROADS + way(13, [4, 3], highway="residential", oneway="yes")))
    with osmnx_tags():
        streets = streets_of(osmnx.graph_from_xml(path, simplify=simplify, retain_all=True))
    expected = read_osm(path).streets
    shown = [
        sorted(
            (round(float(e.length_m[i]), 1), int(e.access[i]), int(e.shape_first[i + 1] - e.shape_first[i]))
            for i in range(len(e))
        )
        for e in (streets.edges, expected.edges)
    ]
    if simplify:
        shown = [[row[:1] for row in rows if row[0] > 99] for rows in shown]
    assert shown[0] == shown[1] or simplify
    assert streets.edges.length_m.sum() == pytest.approx(expected.edges.length_m.sum(), rel=1e-4)


def test_a_projected_graph_is_refused(tmp_path):
    path = tmp_path / "map.osm"
    path.write_text(osm(CROSSROADS))
    graph = osmnx.project_graph(osmnx.graph_from_xml(path))
    with pytest.raises(FeedError, match="projected"):
        streets_of(graph)


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["porto-alegre/poa_osm.pbf", "monaco.osm.gz", "moorgate.osm.pbf", "portland-otp/portland-central-filtered.osm.pbf"],
)
def test_real_extracts_are_read(shared, name):
    streets = read_osm(shared / "data/osm" / name).streets
    edges = streets.edges
    paired = edges.reverse >= 0
    assert (edges.tail[edges.reverse[paired]] == edges.head[paired]).all()
    assert (np.diff(edges.tail) >= 0).all()
    assert (edges.length_m >= 0).all()
    inside = (streets.banned_from < len(edges)) & (streets.banned_to < len(edges))
    assert inside.all()
