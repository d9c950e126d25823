"""A Panda arm: where its gripper is, how to get it elsewhere, how to close it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import mujoco
import numpy as np

from . import layout
from .world import ARM_PREFIXES, MotionFailure, World

_TCP_IN_HAND = np.array([0.0, 0.0, 0.1034])
_JOINT_SPEED = 0.6  # rad/s, on average over a move
_LINE_SPEED = 0.10  # m/s
_REACHED_M = 0.004
_OPEN, _CLOSED = 0.08, 0.0

Ticks = Iterator[None]


class Arm:
    """Moves are generators: one `next` per control tick, until they end."""

    def __init__(self, world: World, robot: str) -> None:
        self._world = world
        model = world.model
        prefix = ARM_PREFIXES[robot]
        joints = [model.joint(f"{prefix}joint{number}") for number in range(1, 8)]
        self._qpos = [joint.qposadr[0] for joint in joints]
        self._dofs = [joint.dofadr[0] for joint in joints]
        self._ranges = np.array([joint.range for joint in joints])
        self._actuators = [model.actuator(f"{prefix}actuator{number}").id for number in range(1, 8)]
        self._gripper = model.actuator(f"{prefix}gripper").id
        self._finger = model.joint(f"{prefix}finger_joint1").qposadr[0]
        self._hand = model.body(f"{prefix}hand").id
        self._link0 = model.body(f"{prefix}link0").id

    @property
    def tip(self) -> np.ndarray:
        data = self._world.data
        return data.xpos[self._hand] + data.xmat[self._hand].reshape(3, 3) @ _TCP_IN_HAND

    @property
    def opening_m(self) -> float:
        return 2 * float(self._world.data.qpos[self._finger])

    def shoulder(self) -> np.ndarray:
        """Where the arm's base stands now."""
        return self._world.data.xpos[self._link0].copy()

    def azimuth(self, target: np.ndarray) -> float:
        """The direction to `target` in the arm's own frame."""
        matrix = self._world.data.xmat[self._link0].reshape(3, 3)
        local = matrix.T @ (np.asarray(target) - self.shoulder())
        return math.atan2(local[1], local[0])

    def distance(self, target: np.ndarray) -> float:
        return float(np.linalg.norm((np.asarray(target) - self.shoulder())[:2]))

    def solve(self, target: np.ndarray, seed: np.ndarray | None = None) -> np.ndarray:
        """Joint angles that bring the gripper to `target`, pointing down, its
        fingers across the line from the shoulder. Damped least squares. Raises
        MotionFailure where the arm can't reach."""
        world, model, trial = self._world, self._world.model, self._world.scratch
        target = np.asarray(target, float)
        azimuth = self.azimuth(target)
        angles = np.array(layout.ARM_HOME) if seed is None else seed.copy()
        if seed is None:
            angles[0] = np.clip(azimuth, *self._ranges[0])
        base = world.data.xmat[self._link0].reshape(3, 3)
        turn = np.array([[math.cos(azimuth), -math.sin(azimuth), 0], [math.sin(azimuth), math.cos(azimuth), 0], [0, 0, 1]])
        wanted = base @ turn @ np.diag([1.0, -1.0, -1.0])
        trial.qpos[:] = world.data.qpos
        jacobian = np.zeros((6, model.nv))
        for _ in range(150):
            trial.qpos[self._qpos] = angles
            mujoco.mj_kinematics(model, trial)
            mujoco.mj_comPos(model, trial)
            rotation = trial.xmat[self._hand].reshape(3, 3)
            tip = trial.xpos[self._hand] + rotation @ _TCP_IN_HAND
            off = wanted @ rotation.T
            error = np.r_[target - tip, 0.5 * np.array(
                [off[2, 1] - off[1, 2], off[0, 2] - off[2, 0], off[1, 0] - off[0, 1]])]
            if np.linalg.norm(error) < 5e-4:
                return angles
            mujoco.mj_jac(model, trial, jacobian[:3], jacobian[3:], tip, self._hand)
            own = jacobian[:, self._dofs]
            step = own.T @ np.linalg.solve(own @ own.T + 1e-3 * np.eye(6), error)
            angles = np.clip(angles + np.clip(step, -0.2, 0.2), self._ranges[:, 0] + 0.01, self._ranges[:, 1] - 0.01)
        if np.linalg.norm(error[:3]) < _REACHED_M and np.linalg.norm(error[3:]) < 0.05:
            return angles
        raise MotionFailure("unreachable", f"the gripper misses {np.round(target, 2).tolist()} by "
                            f"{np.linalg.norm(error[:3]):.2f} m")

    def turn_to(self, target: np.ndarray) -> Ticks:
        """Lifts the gripper high, then turns it towards `target`."""
        high = np.array(layout.ARM_HOME)
        high[0] = self._commanded()[0]
        yield from self.move(high)
        high = high.copy()
        high[0] = np.clip(self.azimuth(target), *self._ranges[0])
        yield from self.move(high)

    def rest(self) -> Ticks:
        high = np.array(layout.ARM_HOME)
        high[0] = self._commanded()[0]
        yield from self.move(high)

    def move(self, angles: np.ndarray, seconds: float | None = None) -> Ticks:
        """Joint by joint to `angles`, gently at both ends, and settled there."""
        world, start = self._world, self._commanded()
        if seconds is None:
            seconds = max(1.2, float(np.max(np.abs(angles - start))) / _JOINT_SPEED)
        begin = world.time_s
        while True:
            share = min(1.0, (world.time_s - begin) / seconds)
            share = share * share * (3 - 2 * share)
            world.data.ctrl[self._actuators] = start + (angles - start) * share
            if share >= 1.0:
                break
            yield
        # Position servos trail a little.
        settle = world.time_s + 1.0
        while world.time_s < settle:
            yield
            if np.max(np.abs(world.data.qvel[self._dofs])) < 0.02:
                break

    def line(self, target: np.ndarray) -> Ticks:
        """The gripper straight to `target`."""
        start, target = self.tip, np.asarray(target, float)
        length = float(np.linalg.norm(target - start))
        count = max(2, math.ceil(length / 0.02))
        path, seed = [], self._commanded()
        for number in range(1, count + 1):
            seed = self.solve(start + (target - start) * number / count, seed)
            path.append(seed)
        knots = np.array([self._commanded(), *path])
        begin, seconds = self._world.time_s, max(0.3, length / _LINE_SPEED)
        while True:
            share = min(1.0, (self._world.time_s - begin) / seconds)
            place = (share * share * (3 - 2 * share)) * (len(knots) - 1)
            low = min(int(place), len(knots) - 2)
            self._world.data.ctrl[self._actuators] = knots[low] + (knots[low + 1] - knots[low]) * (place - low)
            if share >= 1.0:
                break
            yield
        yield from self.wait(0.15)

    def open(self) -> Ticks:
        self._world.data.ctrl[self._gripper] = _OPEN
        yield from self.wait(0.5)

    def close(self) -> Ticks:
        """Closes the fingers in half a second, and lets them squeeze."""
        world = self._world
        start, begin = float(world.data.ctrl[self._gripper]), world.time_s
        while (share := (world.time_s - begin) / 0.5) < 1.0:
            world.data.ctrl[self._gripper] = start + (_CLOSED - start) * share
            yield
        world.data.ctrl[self._gripper] = _CLOSED
        yield from self.wait(0.4)

    def wait(self, seconds: float) -> Ticks:
        end = self._world.time_s + seconds
        while self._world.time_s < end:
            yield

    def halt(self) -> None:
        """Stays where it is now; the fingers keep what they do."""
        self._world.data.ctrl[self._actuators] = self._world.data.qpos[self._qpos]

    def _commanded(self) -> np.ndarray:
        return self._world.data.ctrl[self._actuators].copy()
