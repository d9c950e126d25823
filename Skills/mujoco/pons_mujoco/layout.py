"""What stands where: the numbers that the model, the skills and the scene share.

Map frame, metres and radians. Two rooms, west and east of a wall at x = 1 with
a doorway in it:

        kitchen                      |         dining room
   customTable    [panda2]           |
                                  doorway          servingTable
   kitchenTable   [panda]            |             <- helper
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TABLE_TOP_M = 0.40
BASE_RADIUS_M = 0.28
#: Clear of walls, tables and robots by this much, on top of the radius.
CLEARANCE_M = 0.04

WALL_X_M = 1.0
DOOR_HALF_WIDTH_M = 0.55
ROOMS = {"kitchen": (-2.2, WALL_X_M), "dining_room": (WALL_X_M, 4.0)}
ROOM_Y_M = (-1.6, 1.6)
#: Where a base that comes through the doorway stops, by room.
DOOR_STOPS = {"kitchen": (0.45, 0.0, math.pi), "dining_room": (1.6, 0.1, 0.0)}
#: Where robots stop that are sent to the doorway itself, by room: the helper
#: beside it, within reach of a carrier that stands in it, and out of its way.
DOORWAY_DOCKS = {
    "kitchen": {"carrier": (0.90, -0.18, 0.0)},
    "dining_room": {"carrier": (1.42, 0.06, math.pi), "helper": (1.40, -0.58, 2.467)},
}


@dataclass(frozen=True)
class Table:
    """A table, and where mobile robots dock at it: x, y, yaw."""

    room: str
    center: tuple[float, float]
    half: tuple[float, float]
    docks: dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class ItemShape:
    """A body that the gripper can close on; a cylinder unless `is_round`."""

    radius_m: float
    half_height_m: float
    mass_kg: float
    rgba: tuple[float, float, float, float]
    is_round: bool = False


TABLES = {
    "kitchenTable": Table("kitchen", (-0.9, -1.1), (0.32, 0.22), {"carrier": (-0.3, -0.55, 0.0)}),
    "customTable": Table("kitchen", (-0.9, 1.1), (0.32, 0.22), {"carrier": (-0.3, 0.55, 0.0)}),
    "servingTable": Table(
        "dining_room", (3.0, 0.75), (0.35, 0.22),
        {"carrier": (2.38, 0.14, 0.0), "helper": (3.0, 0.08, math.pi / 2)}),
}

#: Fixed arms: x, y and heading of their pedestals.
ARMS = {"panda": ((-0.9, -0.58, 0.0), "kitchenTable"), "panda2": ((-0.9, 0.58, 0.0), "customTable")}
PEDESTAL_HALF_M = 0.16

#: Robots that go through the doorway; the helper keeps to the dining room.
PASSERS = ("carrier",)

#: Mobile robots’ starting poses.
STARTS = {"carrier": (0.3, 0.0, math.pi), "helper": (3.3, -1.0, math.pi / 2)}

ITEMS = {
    "apple": (ItemShape(0.03, 0.03, 0.10, (0.85, 0.10, 0.10, 1), is_round=True), "kitchenTable", (-0.10, 0.05)),
    "pear": (ItemShape(0.028, 0.028, 0.09, (0.60, 0.75, 0.20, 1), is_round=True), "kitchenTable", (0.12, 0.05)),
    "cup": (ItemShape(0.028, 0.035, 0.12, (0.20, 0.40, 0.85, 1)), "customTable", (0.0, -0.05)),
    "bowl": (ItemShape(0.033, 0.022, 0.12, (0.95, 0.90, 0.75, 1)), "servingTable", (0.05, -0.05)),
}

TRAY_HALF_M = (0.17, 0.17)
TRAY_SLOTS = ((0.0, -0.09), (0.0, 0.09), (-0.10, 0.0), (0.10, 0.0))
ARM_HOME = (0.0, -0.785, 0.0, -2.356, 0.0, 1.571, 0.785)
