"""The scene that is planned with is the scene that is simulated."""

from __future__ import annotations

import math
from pathlib import Path

import yaml

from pons_mujoco import layout
from pons_mujoco.robot import make_robot

SCENE = yaml.safe_load((Path(__file__).parent.parent / "scene.yaml").read_text())
ENTITIES = {entity["id"]: entity for entity in SCENE["entities"]}
ROBOTS = {robot["id"]: robot for robot in SCENE["robots"]}


def test_places_agree():
    assert set(ENTITIES) == {*layout.TABLES, *layout.ITEMS, *layout.ROOMS, "doorway"}
    for name, table in layout.TABLES.items():
        pose = ENTITIES[name]["pose"]
        assert math.dist((pose["x_m"], pose["y_m"]), table.center) < 0.01 and pose["z_m"] == layout.TABLE_TOP_M
        assert f"in({name}, {table.room})" in SCENE["facts"]
    for name, (shape, table, offset) in layout.ITEMS.items():
        pose, center = ENTITIES[name]["pose"], layout.TABLES[table].center
        assert math.dist((pose["x_m"], pose["y_m"]), (center[0] + offset[0], center[1] + offset[1])) < 0.01
        assert ENTITIES[name]["properties"]["weight_kg"] == shape.mass_kg
        assert f"on({name}, {table})" in SCENE["facts"]
    for name, start in layout.STARTS.items():
        pose = ROBOTS[name]["pose"]
        assert math.dist((pose["x_m"], pose["y_m"], pose["yaw_rad"]), start) < 0.01
    for name, (start, table) in layout.ARMS.items():
        pose = ROBOTS[name]["pose"]
        assert math.dist((pose["x_m"], pose["y_m"]), start[:2]) < 0.01
        assert f"mounted({name}, {table})" in ROBOTS[name]["facts"]


def test_each_robot_runs_the_skills_that_the_scene_says_it_has():
    assert set(ROBOTS) == {*layout.ARMS, *layout.STARTS}
    for name, described in ROBOTS.items():
        robot, body = make_robot(name, "inproc://nowhere")
        try:
            assert list(robot.skills) == described["skills"]
            assert all(skill.manifest is None for skill in robot.skills.values())
        finally:
            body.close()
