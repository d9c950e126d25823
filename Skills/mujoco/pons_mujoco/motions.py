"""The shipped skills as motions: navigate, enter, pick and place.

A motion is a generator. Each `next` is one control tick (20 ms of simulated
time); what it yields is how far it is and in what phase. It ends well by
returning, or raises MotionFailure. Closing it early makes the robot safe.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from . import layout, route
from .arm import Arm, Ticks
from .base import Base
from .world import MotionFailure, Unknown, World

Progress = tuple[float, str]
Motion = Iterator[Progress]
_HOVER_M = 0.12
_SPACING_M = 0.105
_REACH_M = (0.34, 0.68)


def _phase(ticks: Ticks, ratio: float, note: str) -> Motion:
    for _ in ticks:
        yield ratio, note


class Body:
    """One robot's arm and base, where it has them."""

    def __init__(self, world: World, robot: str) -> None:
        self.world = world
        self.robot = robot
        self.arm = Arm(world, robot) if robot in ("panda", "panda2", "helper") else None
        self.base = Base(world, robot) if robot in layout.STARTS else None

    def motion(self, skill: str, arguments: dict[str, str]) -> Motion:
        """Raises MotionFailure for a skill that the robot doesn't have."""
        if skill in ("navigate", "enter") and self.base is not None:
            return self._safely(self.navigate(arguments["target"]) if skill == "navigate" else
                                self.enter(arguments["room"]))
        if skill in ("pick", "place") and self.arm is not None:
            return self._safely(self.pick(arguments["item"]) if skill == "pick" else
                                self.place(arguments["item"], arguments["surface"]))
        raise MotionFailure("rejectedBySkill", f"{self.robot} can’t {skill}")

    def halt(self) -> None:
        if self.arm:
            self.arm.halt()
        if self.base:
            self.base.halt()

    def _safely(self, motion: Motion) -> Motion:
        try:
            yield from motion
        except Unknown as unknown:
            self.halt()
            raise MotionFailure("unreachable", str(unknown)) from unknown
        except (MotionFailure, GeneratorExit):
            self.halt()
            raise

    # Driving

    def navigate(self, target: str) -> Motion:
        goal = self._dock(target)
        if self.arm:
            yield from _phase(self.arm.rest(), 0.0, "tucking the arm")
        yield from self._drive(goal, f"driving to {target}")

    def enter(self, room: str) -> Motion:
        if room not in layout.ROOMS:
            raise Unknown(f"no room is called {room}")
        yield from self._drive(layout.DOOR_STOPS[room], f"driving to {room}")

    def _drive(self, goal: tuple[float, float, float], note: str) -> Motion:
        x, y, _ = self.world.base_pose(self.robot)
        whole = max(0.05, math.hypot(goal[0] - x, goal[1] - y))
        for _ in self.base.drive(*goal):
            x, y, _ = self.world.base_pose(self.robot)
            yield max(0.0, min(1.0, 1 - math.hypot(goal[0] - x, goal[1] - y) / whole)), note

    def _dock(self, target: str) -> tuple[float, float, float]:
        """Where to stop so as to work on `target`, or be worked on there."""
        if target in layout.ARMS:
            target = layout.ARMS[target][1]
        if target in layout.ITEMS:
            if self.world.is_away(target):
                raise MotionFailure("unreachable", f"{target} is nowhere to be seen")
            target = self.world.support(target) or self.world.holder(target) or target
            if target in layout.ARMS:
                target = layout.ARMS[target][1]
        if target in layout.TABLES or target == "doorway":
            if (dock := self.world.dock(self.robot, target)) is None:
                raise MotionFailure("unreachable", f"{self.robot} has no place at {target}, or isn’t in its room")
            return dock
        if target == "tray":
            target = "carrier"
        if target in layout.STARTS and target != self.robot:
            return self._beside(target)
        raise MotionFailure("unreachable", f"{self.robot} doesn’t know how to stand at {target}")

    def _beside(self, other: str) -> tuple[float, float, float]:
        """The nearest free place beside another mobile robot, facing it."""
        x, y, _ = self.world.base_pose(other)
        here = self.world.base_pose(self.robot)[:2]
        places = []
        for number in range(24):
            angle = number * math.pi / 12
            place = x + 0.64 * math.cos(angle), y + 0.64 * math.sin(angle)
            in_room = layout.ROOMS[self.world.room(self.robot)]
            if in_room[0] < place[0] < in_room[1] and route.is_free(place, self.base.others()):
                places.append((math.dist(here, place), *place, angle + math.pi))
        if not places:
            raise MotionFailure("unreachable", f"there is no room beside {other}")
        return min(places)[1:]

    # Handling

    def pick(self, item: str) -> Motion:
        world, arm = self.world, self.arm
        if item not in layout.ITEMS:
            raise Unknown(f"no item is called {item}")
        if world.is_away(item):
            raise MotionFailure("unreachable", f"{item} is nowhere to be seen")
        if (holder := world.holder(item)) is not None:
            raise MotionFailure("conditionUnmet", f"{holder} holds {item}")
        at = self._grip_point(item)
        arm.solve(at + [0, 0, _HOVER_M])
        arm.solve(at)  # before anything moves
        yield from _phase(arm.open(), 0.05, "opening the gripper")
        yield from _phase(arm.turn_to(at), 0.15, f"turning to {item}")
        at = self._grip_point(item)
        yield from _phase(arm.move(arm.solve(at + [0, 0, _HOVER_M])), 0.35, f"above {item}")
        yield from _phase(arm.line(self._grip_point(item)), 0.5, f"down to {item}")
        yield from _phase(arm.close(), 0.7, "closing the gripper")
        if len(world.fingers_touching(self.robot, item)) < 2:
            yield from _phase(arm.open(), 0.7, "letting go")
            yield from _phase(arm.line(arm.tip + [0, 0, _HOVER_M]), 0.7, "up again")
            raise MotionFailure("unreachable", f"the fingers don’t both touch {item}")
        yield from _phase(arm.line(arm.tip + [0, 0, _HOVER_M]), 0.8, f"lifting {item}")
        yield from _phase(arm.rest(), 0.9, f"carrying {item}")
        if world.holder(item) != self.robot:
            raise MotionFailure("effectUnverified", f"{item} slipped out of the fingers")

    def place(self, item: str, surface: str) -> Motion:
        world, arm = self.world, self.arm
        if item not in layout.ITEMS:
            raise Unknown(f"no item is called {item}")
        if world.holder(item) != self.robot:
            raise MotionFailure("conditionUnmet", f"{self.robot} doesn’t hold {item}")
        spot = self._free_spot(item, surface)
        yield from _phase(arm.turn_to(spot), 0.1, f"turning to {surface}")
        # The tray may have moved a little meanwhile.
        spot = self._free_spot(item, surface)
        grip = arm.tip - world.position(item)
        above = spot + grip
        yield from _phase(arm.move(arm.solve(above + [0, 0, _HOVER_M])), 0.4, f"above {surface}")
        above = spot + arm.tip - world.position(item)
        yield from _phase(arm.line(above + [0, 0, 0.002]), 0.6, f"down to {surface}")
        yield from _phase(arm.open(), 0.75, "opening the gripper")
        yield from _phase(arm.line(arm.tip + [0, 0, _HOVER_M]), 0.85, "up again")
        yield from _phase(arm.rest(), 0.95, "resting")
        if world.support(item) != surface:
            raise MotionFailure("effectUnverified", f"{item} doesn’t rest on {surface}")

    def _grip_point(self, item: str) -> np.ndarray:
        shape = layout.ITEMS[item][0]
        return self.world.position(item) + [0, 0, max(0.0, shape.half_height_m - 0.028)]

    def _free_spot(self, item: str, surface: str) -> np.ndarray:
        """Where on the surface the item's centre goes: within reach, clear of
        the edge and of what lies there, best in the middle of the arm's reach."""
        x, y, top, half_x, half_y, yaw = self.world.surface(surface)
        height = layout.ITEMS[item][0].half_height_m
        others = [self.world.position(other)[:2] for other in layout.ITEMS
                  if other != item and self.world.support(other) == surface]
        if surface == "tray":
            offsets = list(layout.TRAY_SLOTS)
        else:
            offsets = [(along, across)
                       for along in np.arange(-half_x + 0.08, half_x - 0.07, 0.05)
                       for across in np.arange(-half_y + 0.07, half_y - 0.06, 0.05)]
        spots = []
        for order, (along, across) in enumerate(offsets):
            spot = np.array([x + along * math.cos(yaw) - across * math.sin(yaw),
                             y + along * math.sin(yaw) + across * math.cos(yaw), top + height])
            away = self.arm.distance(spot)
            if not _REACH_M[0] <= away <= _REACH_M[1] or any(np.linalg.norm(spot[:2] - o) < _SPACING_M for o in others):
                continue
            spots.append((order if surface == "tray" else abs(away - 0.5) + 0.3 * abs(along), spot))
        for _, spot in sorted(spots, key=lambda entry: entry[0]):
            try:
                self.arm.solve(spot + [0, 0, _HOVER_M])
                self.arm.solve(spot)
                return spot
            except MotionFailure:
                continue
        raise MotionFailure("unreachable", f"{self.robot} finds no free spot in reach on {surface}")
