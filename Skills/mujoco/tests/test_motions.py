"""Motions in the simulation itself, without processes."""

from __future__ import annotations

import math

import mujoco
import pytest

from pons_mujoco import layout, route
from pons_mujoco.motions import Body
from pons_mujoco.world import MotionFailure, Unknown, World


@pytest.fixture
def world():
    world = World()
    world.step(250)
    return world


def run(world, robot, skill, **arguments):
    for _ in Body(world, robot).motion(skill, arguments):
        world.step(10)


def test_nothing_is_welded_and_nothing_but_physics_moves_a_body(world):
    kinds = {int(kind) for kind in world.model.eq_type}
    assert kinds == {int(mujoco.mjtEq.mjEQ_JOINT)}  # the two fingers of a hand go together
    assert world.model.nmocap == 0


def test_an_item_is_held_by_the_friction_of_two_fingers(world):
    run(world, "panda", "pick", item="apple")
    assert world.holder("apple") == "panda" and world.support("apple") is None
    assert world.position("apple")[2] > 0.8
    assert world.holds("holding(panda, apple)") and world.holds("not on(apple, kitchenTable)")
    # Opening the fingers is all that it takes to lose it.
    for _ in Body(world, "panda").arm.open():
        world.step(10)
    assert world.holder("apple") is None and world.position("apple")[2] < 0.8


def test_a_grasp_counts_only_when_both_fingers_touch(world):
    for geom in range(world.model.ngeom):
        if world.model.geom_bodyid[geom] == world.model.body("panda/right_finger").id:
            world.model.geom_contype[geom] = world.model.geom_conaffinity[geom] = 0
    with pytest.raises(MotionFailure, match="fingers don’t both touch"):
        run(world, "panda", "pick", item="apple")
    assert world.holder("apple") is None


def test_an_item_taken_away_can_no_longer_be_picked(world):
    world.take_away("apple")
    with pytest.raises(MotionFailure) as caught:
        run(world, "panda", "pick", item="apple")
    assert caught.value.code == "unreachable"
    assert not world.holds("on(apple, kitchenTable)")
    with pytest.raises(Unknown):
        world.take_away("melon")


def test_what_cannot_be_done_is_said_before_anything_moves(world):
    before = world.time_s
    for robot, skill, arguments, code in (
        ("panda", "pick", {"item": "bowl"}, "unreachable"), ("panda", "pick", {"item": "melon"}, "unreachable"),
        ("panda", "place", {"item": "apple", "surface": "tray"}, "conditionUnmet"),
        ("carrier", "navigate", {"target": "servingTable"}, "unreachable"),
        ("carrier", "enter", {"room": "cellar"}, "unreachable"),
        ("helper", "navigate", {"target": "kitchenTable"}, "unreachable"),
    ):
        with pytest.raises(MotionFailure) as caught:
            next(Body(world, robot).motion(skill, arguments))
        assert caught.value.code == code, (robot, skill, arguments)
    with pytest.raises(MotionFailure, match="rejectedBySkill"):
        Body(world, "carrier").motion("pick", {"item": "apple"})
    assert world.time_s == before


def test_a_base_that_is_told_to_stop_stands(world):
    motion = Body(world, "carrier").motion("enter", {"room": "dining_room"})
    for _ in range(150):
        next(motion)
        world.step(10)
    assert world.is_driving("carrier")
    motion.close()
    world.step(250)
    x, y, _ = world.base_pose("carrier")
    world.step(500)
    assert math.dist((x, y), world.base_pose("carrier")[:2]) < 0.01 and not world.is_driving("carrier")


def test_the_helper_takes_an_item_from_the_tray_wherever_the_carrier_stands(world):
    run(world, "panda", "pick", item="pear")
    run(world, "carrier", "navigate", target="pear")
    run(world, "panda", "place", item="pear", surface="tray")
    run(world, "carrier", "enter", room="dining_room")
    run(world, "helper", "navigate", target="tray")
    run(world, "helper", "pick", item="pear")
    run(world, "helper", "navigate", target="servingTable")
    run(world, "helper", "place", item="pear", surface="servingTable")
    assert world.support("pear") == "servingTable"


def test_the_helper_and_the_carrier_meet_in_the_doorway(world):
    run(world, "panda", "pick", item="apple")
    run(world, "carrier", "navigate", target="kitchenTable")
    run(world, "panda", "place", item="apple", surface="tray")
    run(world, "helper", "navigate", target="doorway")
    run(world, "carrier", "navigate", target="doorway")
    assert world.holds("at(carrier, doorway)") and world.holds("in(carrier, kitchen)")
    run(world, "helper", "pick", item="apple")
    run(world, "carrier", "enter", room="dining_room")  # past the helper
    run(world, "carrier", "navigate", target="doorway")
    run(world, "helper", "place", item="apple", surface="tray")
    assert world.support("apple") == "tray"


def test_ways_lead_around_what_stands_there():
    way = route.find((0.45, 0.0), (1.55, 0.0), [])
    assert way == [(0.45, 0.0), (1.55, 0.0)]
    around = route.find((-0.3, -0.55), (-0.3, 0.55), [(-0.3, 0.0)])
    assert len(around) > 2 and max(x for x, _ in around) > 0
    assert route.find((0.45, 0.0), (1.55, 0.0), [(1.0, 0.0)]) is None
    for name, table in layout.TABLES.items():
        for robot, (x, y, _) in table.docks.items():
            assert route.is_free((x, y), []), (name, robot)
    for docks in layout.DOORWAY_DOCKS.values():
        assert all(route.is_free((x, y), []) for x, y, _ in docks.values())


def test_facts_that_the_scene_cannot_tell_are_errors(world):
    for text in ("clean(kitchen)", "on(apple)", "on(melon, tray)", "on(apple, moon)", "holding(carrier, apple)", ""):
        with pytest.raises(Unknown):
            world.holds(text)
    assert world.holds("in(helper, dining_room)") and world.holds("not at(carrier, kitchenTable)")
