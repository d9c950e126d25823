"""A wheeled base: driving it by its two wheels."""

from __future__ import annotations

import math

from . import layout, route
from .arm import Ticks
from .world import MotionFailure, World

_WHEEL_M, _HALF_TRACK_M = 0.0985, 0.2022
_TOP_SPEED, _TOP_TURN = 0.6, 1.0  # m/s, rad/s
_SPEED_UP, _TURN_UP = 0.5, 1.5  # per second
_TICK_S = 0.02
_NEAR_M, _LOOK_AHEAD_M = 0.02, 0.25
_BLOCKED_S, _STUCK_S = 20.0, 10.0


def _angle(value: float) -> float:
    return (value + math.pi) % (2 * math.pi) - math.pi


class Base:
    """Moves are generators: one `next` per control tick, until they end."""

    def __init__(self, world: World, robot: str) -> None:
        self._world = world
        self._robot = robot
        self._left = world.model.actuator(f"{robot}/actuator1").id
        self._right = world.model.actuator(f"{robot}/actuator2").id
        self._speed = self._turn = 0.0

    def others(self) -> list[tuple[float, float]]:
        return [self._world.base_pose(robot)[:2] for robot in layout.STARTS if robot != self._robot]

    def drive(self, x: float, y: float, yaw: float | None) -> Ticks:
        """To a place in the map, around what stands in the way. Raises
        MotionFailure where there is no way, or no getting on."""
        world = self._world
        path: list[tuple[float, float]] | None = None
        seen: list[tuple[float, float]] = []
        planned_at = -math.inf
        best, best_at = math.inf, world.time_s
        blocked_since: float | None = None
        while True:
            here_x, here_y, here_yaw = world.base_pose(self._robot)
            left = math.hypot(x - here_x, y - here_y)
            if left < _NEAR_M:
                break
            others = self.others()
            moved = any(math.dist(a, b) > 0.03 for a, b in zip(others, seen)) or not seen
            if path is None or (moved and world.time_s - planned_at > 0.5):
                path, seen, planned_at = route.find((here_x, here_y), (x, y), others), others, world.time_s
            if path is None:
                self._command(0, 0)
                blocked_since = world.time_s if blocked_since is None else blocked_since
                if world.time_s - blocked_since > _BLOCKED_S:
                    raise MotionFailure("unreachable", f"the way to ({x:.2f}, {y:.2f}) is blocked")
                for _ in range(25):
                    yield
                continue
            blocked_since = None
            while len(path) > 2 and math.dist(path[1], (here_x, here_y)) < 0.12:
                del path[0]
            goal = path[1]
            is_last = len(path) == 2
            away = math.dist(goal, (here_x, here_y))
            error = _angle(math.atan2(goal[1] - here_y, goal[0] - here_x) - here_yaw)
            if is_last and left < 0.06 and abs(error) > 0.8:
                break  # as near as wheels that don't go sideways come
            slow = 1.2 * left if is_last else 0.25 + 0.8 * away
            speed = min(_TOP_SPEED, slow) * max(0.0, math.cos(error)) ** 3
            self._command(speed, max(-_TOP_TURN, min(_TOP_TURN, 2.5 * error)))
            yield
            # Turning on the spot is progress too, for a while.
            if left < best - 0.02 or abs(error) > 0.3 and world.time_s - best_at < 2 * _STUCK_S:
                best_at = world.time_s if left < best - 0.02 else best_at
                best = min(best, left)
            elif world.time_s - best_at > 2 * _STUCK_S:
                raise MotionFailure("unreachable", f"{self._robot} is stuck at ({here_x:.2f}, {here_y:.2f})")
        if yaw is not None:
            yield from self.turn(yaw)
        yield from self.brake()

    def turn(self, yaw: float) -> Ticks:
        """On the spot, to a heading."""
        end = self._world.time_s + 15
        while abs(error := _angle(yaw - self._world.base_pose(self._robot)[2])) > 0.03:
            if self._world.time_s > end:
                raise MotionFailure("unreachable", f"{self._robot} can’t turn")
            self._command(0, math.copysign(max(0.08, min(_TOP_TURN, 2.0 * abs(error))), error))
            yield

    def brake(self) -> Ticks:
        while self._speed or self._turn:
            self._command(0, 0)
            yield
        for _ in range(15):
            yield

    def halt(self) -> None:
        self._speed = self._turn = 0.0
        self._world.data.ctrl[[self._left, self._right]] = 0

    def _command(self, speed: float, turn: float) -> None:
        self._speed += max(-_SPEED_UP * _TICK_S * 2, min(_SPEED_UP * _TICK_S, speed - self._speed))
        self._turn += max(-_TURN_UP * _TICK_S * 2, min(_TURN_UP * _TICK_S * 2, turn - self._turn))
        self._world.data.ctrl[self._left] = (self._speed - self._turn * _HALF_TRACK_M) / _WHEEL_M
        self._world.data.ctrl[self._right] = (self._speed + self._turn * _HALF_TRACK_M) / _WHEEL_M
