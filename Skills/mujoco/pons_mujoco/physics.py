"""The process that owns the scene: steps it, and ticks the motions that robots ask for.

    python -m pons_mujoco.physics [--physics ADDRESS] [--speed 1] [--pictures DIR]

One thread owns the simulation. Each robot's process asks for motions over
ZeroMQ; what a process has begun stops when nothing is heard from it for a
second.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("MUJOCO_GL", "egl")

import zmq  # noqa: E402

from . import layout, link  # noqa: E402
from .motions import Body, Motion  # noqa: E402
from .pictures import HOW, NoRendering, Pictures, ensure_rendering  # noqa: E402
from .world import MotionFailure, Unknown, World  # noqa: E402

_log = logging.getLogger("pons_mujoco")
_STEPS_PER_TICK = 10
_TICK_S = 0.02
_SILENCE_S = 1.0
_WATCH_TICKS = 10


@dataclass
class _Running:
    client: bytes
    number: int
    skill: str
    arguments: dict[str, str]
    motion: Motion
    reported_at: float = 0.0


class Physics:
    """The scene and what moves in it. `speed` is times real time; 0 is as fast
    as it goes while something moves."""

    def __init__(self, speed: float = 1.0, pictures: Path | None = None) -> None:
        self.world = World()
        self.world.step(250)  # items come to rest
        self._bodies = {robot: Body(self.world, robot) for robot in (*layout.ARMS, *layout.STARTS)}
        self._running: dict[str, _Running] = {}
        self._heard_at: dict[bytes, float] = {}
        self._was_on = {item: self.world.support(item) for item in layout.ITEMS}
        self._speed = speed
        self._pictures = Pictures(self.world, pictures) if pictures else None
        if self._pictures:
            self._pictures.draw("before", "nothing has been moved yet")
        self._is_stopping = False

    def stop(self) -> None:
        self._is_stopping = True

    def serve(self, router: zmq.Socket) -> None:
        """Until `stop`."""
        due = time.monotonic()
        ticks = 0
        while not self._is_stopping:
            if self._speed > 0 or not self._running:
                due = max(due, time.monotonic() - 0.2)  # what can't be made up is let go
                wait = due - time.monotonic()
                router.poll(max(0, round(wait * 1000)))
                if time.monotonic() < due - 0.001 and not self._running and not router.poll(0):
                    continue
                due += _TICK_S / (self._speed if self._speed > 0 else 1.0)
            while router.poll(0):
                client, *_, data = router.recv_multipart()
                self._answer(router, client, data)
            self._tick(router)
            self.world.step(_STEPS_PER_TICK)
            ticks += 1
            if ticks % _WATCH_TICKS == 0:
                self._watch()
        if self._pictures:
            path = self._pictures.draw("after", "the end")
            _log.info("drew %s", path)

    def _watch(self) -> None:
        for item in layout.ITEMS:
            if (support := self.world.support(item)) is not None:
                self._was_on[item] = support
        if self._pictures:
            self._pictures.watch()

    def _tick(self, router: zmq.Socket) -> None:
        now = time.monotonic()
        for robot, running in list(self._running.items()):
            if now - self._heard_at[running.client] > _SILENCE_S:
                _log.warning("%s: its process is silent; stopping", robot)
                running.motion.close()
                del self._running[robot]
                continue
            try:
                ratio, note = next(running.motion)
            except StopIteration:
                self._end(router, robot, None)
            except MotionFailure as failure:
                self._end(router, robot, failure)
            else:
                if now - running.reported_at > 0.2:
                    running.reported_at = now
                    _send(router, running.client, op="progress", id=running.number, ratio=ratio, note=note)

    def _end(self, router: zmq.Socket, robot: str, failure: MotionFailure | None) -> None:
        running = self._running.pop(robot)
        _log.info("%s: %s(%s) %s at t = %.1f s", robot, running.skill, ", ".join(running.arguments.values()),
                  f"failed, {failure}" if failure else "done", self.world.time_s)
        _send(router, running.client, op="ended", id=running.number,
              failure=[failure.code, failure.message] if failure else None,
              observed=self._observed(robot, running, failure is None), places=self._places(running))

    def _observed(self, robot: str, running: _Running, is_well: bool) -> list[str]:
        """What the robot sees afterwards, whether it went well or not."""
        world, seen = self.world, []
        item = running.arguments.get("item")
        if item in layout.ITEMS:
            support = world.support(item)
            if support != self._was_on[item] and self._was_on[item] is not None:
                seen.append(f"not on({item}, {self._was_on[item]})")
            if support is not None:
                seen.append(f"on({item}, {support})")
            seen.append(f"{'' if world.holder(item) == robot else 'not '}holding({robot}, {item})")
        if running.skill in ("navigate", "enter"):
            room = world.room(robot)
            seen += [f"{'' if name == room else 'not '}in({robot}, {name})" for name in layout.ROOMS]
            if running.skill == "navigate":
                seen.append(f"{'' if is_well else 'not '}at({robot}, {running.arguments['target']})")
        return seen

    def _places(self, running: _Running) -> dict[str, list[float]]:
        item = running.arguments.get("item")
        return {item: [float(x) for x in self.world.position(item)]} if item in layout.ITEMS else {}

    # Requests

    def _answer(self, router: zmq.Socket, client: bytes, data: bytes) -> None:
        try:
            request = json.loads(data)
            handler = getattr(self, f"_on_{request['op']}")
            self._heard_at[client] = time.monotonic()
            answer = handler(router, client, request)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            answer = {"op": "refused", "message": f"not understood: {error!r}"}
        except Unknown as unknown:
            answer = {"op": "refused", "message": str(unknown)}
        if answer is not None:
            _send(router, client, **answer)

    def _on_run(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> None:
        robot, number, skill = request["robot"], int(request["id"]), str(request["skill"])
        arguments = {str(key): str(value) for key, value in request["arguments"].items()}
        if robot in self._running:  # of a process that is no more
            self._running.pop(robot).motion.close()
        running = _Running(client, number, skill, arguments, iter(()))
        self._running[robot] = running
        try:
            running.motion = self._bodies[robot].motion(skill, arguments)
        except MotionFailure as failure:
            self._end(router, robot, failure)
        except KeyError:
            del self._running[robot]
            raise

    def _on_cancel(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> None:
        for robot, running in self._running.items():
            if running.client == client and running.number == request["id"]:
                running.motion.close()
                self._end(router, robot, MotionFailure("canceled", "canceled"))
                return

    def _on_state(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> dict[str, Any]:
        return {"op": "state", "pose": self.world.base_pose(request["robot"])}

    def _on_check(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> dict[str, Any]:
        world = self.world
        items = {
            item: {"position_m": [round(float(x), 3) for x in world.position(item)], "on": world.support(item),
                   "held_by": world.holder(item)} for item in layout.ITEMS}
        robots = {robot: [round(float(x), 3) for x in world.base_pose(robot)] for robot in self._bodies}
        return {"op": "checked", "time_s": round(world.time_s, 2), "items": items, "robots": robots,
                "literals": [[literal, world.holds(str(literal))] for literal in request["literals"]]}

    def _on_remove(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> dict[str, Any]:
        self.world.take_away(request["item"])
        _log.info("%s was taken away", request["item"])
        return {"op": "removed"}

    def _on_draw(self, router: zmq.Socket, client: bytes, request: dict[str, Any]) -> dict[str, Any]:
        name = str(request["name"])
        if self._pictures is None or not name.isidentifier():
            return {"op": "refused", "message": "start the simulation with --pictures, and give the picture a plain name"}
        return {"op": "drew", "path": str(self._pictures.draw(name, "on request").resolve())}


def _send(router: zmq.Socket, client: bytes, **message: Any) -> None:
    try:
        router.send_multipart([client, json.dumps(message).encode()], zmq.NOBLOCK)
    except zmq.ZMQError:
        pass  # the client is gone or doesn't read


def main() -> None:
    parser = argparse.ArgumentParser(prog="pons_mujoco.physics", description="Owns the physics scene.")
    link.add_address(parser)
    parser.add_argument("--speed", type=float, default=1.0, help="times real time; 0: as fast as it goes")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw the run’s moments there")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s physics %(message)s")
    try:
        if options.pictures:
            ensure_rendering()
        physics = Physics(options.speed, options.pictures)
    except (NoRendering, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: physics.stop())
    link.prepare(options.physics)
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.setsockopt(zmq.LINGER, 200)
        router.setsockopt(zmq.MAXMSGSIZE, link.LONGEST_FRAME_BYTES)
        try:
            router.bind(options.physics)
        except zmq.ZMQError as error:
            sys.exit(f"error: can’t listen at {options.physics}: {error}")
        _log.info("the scene is at %s, speed %s. %s", options.physics, options.speed or "unlimited", HOW)
        print("ready", flush=True)
        physics.serve(router)


if __name__ == "__main__":
    main()
