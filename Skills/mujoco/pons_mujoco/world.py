"""The simulation's state, and what is true in it by its own coordinates."""

from __future__ import annotations

import math
import re

import mujoco
import numpy as np

from . import layout
from .model import build

#: Height over a surface at which a thing still counts as resting on it.
_RESTING_M = 0.015
_AWAY = (20.0, 20.0)


class Unknown(Exception):
    """A name or predicate that the scene doesn't have."""


class MotionFailure(Exception):
    """A motion that can't go on: a failure code of Pons, and why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class World:
    """Model and data, with names in place of indices."""

    def __init__(self) -> None:
        self.model = build()
        self.data = mujoco.MjData(self.model)
        self.scratch = mujoco.MjData(self.model)
        self.bodies = {name: self.model.body(name).id for name in (*layout.ITEMS, *layout.TABLES, "tray")}
        self._fingers = {
            robot: tuple(self.model.body(f"{prefix}{side}_finger").id for side in ("left", "right"))
            for robot, prefix in ARM_PREFIXES.items()}
        for prefix in ARM_PREFIXES.values():
            for number, angle in enumerate(layout.ARM_HOME, 1):
                self.data.qpos[self.model.joint(f"{prefix}joint{number}").qposadr[0]] = angle
                self.data.ctrl[self.model.actuator(f"{prefix}actuator{number}").id] = angle
            self.data.ctrl[self.model.actuator(f"{prefix}gripper").id] = 0.08
        mujoco.mj_forward(self.model, self.data)

    def step(self, count: int) -> None:
        for _ in range(count):
            mujoco.mj_step(self.model, self.data)

    @property
    def time_s(self) -> float:
        return float(self.data.time)

    def position(self, name: str) -> np.ndarray:
        return self.data.xpos[self.bodies[name]].copy()

    def base_pose(self, robot: str) -> tuple[float, float, float]:
        """x, y and yaw of a robot's base in the map."""
        if robot in layout.ARMS:
            return layout.ARMS[robot][0]
        body = self.model.body(f"{robot}/base_link").id
        x, y, _ = self.data.xpos[body]
        matrix = self.data.xmat[body].reshape(3, 3)
        return float(x), float(y), math.atan2(matrix[1, 0], matrix[0, 0])

    def fingers_touching(self, robot: str, item: str) -> set[int]:
        """Which of the robot's fingers press on the item."""
        body, found, force = self.bodies[item], set(), np.zeros(6)
        for number, contact in enumerate(self.data.contact):
            pair = {int(self.model.geom_bodyid[contact.geom1]), int(self.model.geom_bodyid[contact.geom2])}
            if body in pair:
                for finger in self._fingers[robot]:
                    if finger in pair:
                        mujoco.mj_contactForce(self.model, self.data, number, force)
                        if force[0] > 0.2:
                            found.add(finger)
        return found

    def holder(self, item: str) -> str | None:
        """The robot both of whose fingers press on the item."""
        for robot in ARM_PREFIXES:
            if len(self.fingers_touching(robot, item)) == 2:
                return robot
        return None

    def support(self, item: str) -> str | None:
        """The surface that the item rests on."""
        if self.holder(item) is not None:
            return None
        shape = layout.ITEMS[item][0]
        x, y, z = self.position(item)
        for surface in (*layout.TABLES, "tray"):
            sx, sy, top, half_x, half_y, yaw = self.surface(surface)
            dx, dy = x - sx, y - sy
            along, across = dx * math.cos(yaw) + dy * math.sin(yaw), dy * math.cos(yaw) - dx * math.sin(yaw)
            low = z - (shape.radius_m if shape.is_round else shape.half_height_m)
            if abs(along) <= half_x and abs(across) <= half_y and abs(low - top) <= _RESTING_M:
                return surface
        return None

    def surface(self, name: str) -> tuple[float, float, float, float, float, float]:
        """Centre x and y, top z, half lengths, and yaw."""
        if name == "tray":
            x, y, z = self.position("tray")
            return float(x), float(y), float(z), *layout.TRAY_HALF_M, self.base_pose("carrier")[2]
        if name not in layout.TABLES:
            raise Unknown(f"no surface is called {name}")
        table = layout.TABLES[name]
        return *table.center, layout.TABLE_TOP_M, *table.half, 0.0

    def is_driving(self, robot: str) -> bool:
        start = self.model.body(f"{robot}/base").dofadr[0]
        return bool(np.linalg.norm(self.data.qvel[start:start + 2]) > 0.15)

    def room(self, robot: str) -> str:
        x = self.base_pose(robot)[0]
        return "kitchen" if x < layout.WALL_X_M else "dining_room"

    def dock(self, robot: str, place: str) -> tuple[float, float, float] | None:
        """Where the robot stops at a table or the doorway, in the room that it
        is in; None where it has no place there."""
        if place == "doorway":
            return layout.DOORWAY_DOCKS[self.room(robot)].get(robot)
        table = layout.TABLES[place]
        return table.docks.get(robot) if table.room == self.room(robot) else None

    def is_away(self, item: str) -> bool:
        return bool(self.position(item)[0] > _AWAY[0] - 5)

    def take_away(self, item: str) -> None:
        """Takes an item out of the scene, as a person would."""
        if item not in layout.ITEMS:
            raise Unknown(f"no item is called {item}")
        joint = self.model.joint(f"{item}/free")
        start, speed = joint.qposadr[0], joint.dofadr[0]
        place = (*_AWAY, layout.ITEMS[item][0].half_height_m + 0.001)
        self.data.qpos[start:start + 7] = (*place, 1, 0, 0, 0)
        self.data.qvel[speed:speed + 6] = 0
        mujoco.mj_forward(self.model, self.data)

    def holds(self, literal: str) -> bool:
        """Whether a literal such as `on(apple, tray)` or `not holding(panda, cup)`
        is true by the simulation's coordinates. Raises Unknown."""
        match = re.fullmatch(r"(not )?\s*(on|holding|in|at)\(\s*([\w.-]+)\s*,\s*([\w.-]+)\s*\)", literal.strip())
        if not match:
            raise Unknown(f"{literal!r} isn’t on(…, …), holding(…, …), in(…, …) or at(…, …), perhaps after “not”")
        negative, predicate, first, second = match.groups()
        return self._holds(predicate, first, second) != bool(negative)

    def _holds(self, predicate: str, first: str, second: str) -> bool:
        robots = (*layout.ARMS, *layout.STARTS)
        if predicate == "on" and first in layout.ITEMS:
            self.surface(second)
            return self.support(first) == second
        if predicate == "holding" and first in ARM_PREFIXES and second in layout.ITEMS:
            return self.holder(second) == first
        if predicate == "in" and first in robots and second in layout.ROOMS:
            return self.room(first) == second
        if predicate == "at" and first in robots and second in (*layout.TABLES, "doorway"):
            dock = self.dock(first, second)
            x, y, _ = self.base_pose(first)
            return dock is not None and math.hypot(x - dock[0], y - dock[1]) < 0.10
        raise Unknown(f"the scene can’t tell {predicate}({first}, {second})")


ARM_PREFIXES = {"panda": "panda/", "panda2": "panda2/", "helper": "helper/arm_"}
