"""One robot's process: its skills, as the daemon's manifests declare them.

    python -m pons_mujoco.robot --robot panda [--edge ADDRESS] [--physics ADDRESS]

It holds one session with the edge, and moves its body in the process that owns
the scene. Prints “ready” once the edge has welcomed it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio

from . import layout, link
from .world import ARM_PREFIXES

try:
    from pons import Attempt, Entity, Failure, Host, Item, Pose, Robot, Room, Surface
except ModuleNotFoundError:
    sys.exit("error: the Python SDK is missing: pip install Skills/python")

_STATE_S = 0.2
_SILENCE_S = 5.0


class Body:
    """The robot's body, in the process that owns the scene."""

    def __init__(self, robot: Robot, address: str) -> None:
        self._robot = robot
        self._context = zmq.asyncio.Context()
        self._dealer = link.connect(self._context, address)
        self._numbers = itertools.count(1)
        self._ended: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._attempts: dict[int, Attempt] = {}

    async def run(self, attempt: Attempt, skill: str, **arguments: str) -> None:
        """One motion to its end. Raises Failure as the motion ends; a cancel
        stops the body before it passes on."""
        number = next(self._numbers)
        ended = self._ended[number] = asyncio.get_running_loop().create_future()
        self._attempts[number] = attempt
        await self._send(op="run", id=number, robot=self._robot.name, skill=skill, arguments=arguments)
        try:
            end = await asyncio.shield(ended)
        except asyncio.CancelledError:
            await self._send(op="cancel", id=number)
            # The body stands before the attempt is over.
            await asyncio.wait([ended], timeout=1.0)
            if ended.done():
                self._tell(attempt, ended.result())
            raise
        finally:
            self._ended.pop(number, None)
            self._attempts.pop(number, None)
        self._tell(attempt, end)
        if end["failure"]:
            raise Failure(*end["failure"])

    async def live(self) -> None:
        """Reads what the body answers, asks for its state, and says where it is."""
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        asked_at = 0.0
        last = ()
        while True:
            if loop.time() - asked_at >= _STATE_S:
                asked_at = loop.time()
                await self._send(op="state", robot=self._robot.name)
            if not await self._dealer.poll(int(_STATE_S * 1000)):
                is_there = loop.time() - heard_at < _SILENCE_S
                self._robot.ready(is_there)
                if not is_there:
                    self._fail_all("the simulation doesn’t answer")
                continue
            heard_at = loop.time()
            message = json.loads(await self._dealer.recv())
            if message["op"] == "state":
                self._robot.ready(True)
                here = tuple(round(x, 3) for x in message["pose"])
                if here != last:
                    self._robot.pose(*here)
                    last = here
            elif message["op"] == "progress" and message["id"] in self._attempts:
                self._attempts[message["id"]].progress(message["ratio"], message["note"])
            elif message["op"] == "ended" and message["id"] in self._ended:
                self._ended[message["id"]].set_result(message)
            elif message["op"] == "refused":
                self._fail_all(message["message"])

    def close(self) -> None:
        self._dealer.close()
        self._context.term()

    def _tell(self, attempt: Attempt, end: dict[str, Any]) -> None:
        attempt.observe(*end["observed"])
        for item, (x, y, z) in end["places"].items():
            self._robot.locate(item, Pose(x, y, z))

    def _fail_all(self, reason: str) -> None:
        for ended in self._ended.values():
            if not ended.done():
                ended.set_result({"failure": ["skillError", reason], "observed": [], "places": {}})

    async def _send(self, **message: Any) -> None:
        await self._dealer.send(json.dumps(message).encode())


def make_robot(name: str, address: str) -> tuple[Robot, Body]:
    """The robot with the skills that its body has. The scene's file describes it."""
    robot = Robot(name)
    body = Body(robot, address)

    if name in layout.STARTS:
        @robot.skill("navigate")
        async def navigate(target: Entity, attempt: Attempt):
            await body.run(attempt, "navigate", target=target)

    if name in layout.PASSERS:
        @robot.skill("enter")
        async def enter(room: Room, attempt: Attempt):
            await body.run(attempt, "enter", room=room)

    if name in ARM_PREFIXES:
        @robot.skill("pick")
        async def pick(item: Item, attempt: Attempt):
            await body.run(attempt, "pick", item=item)

        @robot.skill("place")
        async def place(item: Item, surface: Surface, attempt: Attempt):
            await body.run(attempt, "place", item=item, surface=surface)

    return robot, body


async def serve(name: str, edge: str | None, address: str, state: Path | None) -> None:
    robot, body = make_robot(name, address)
    host = Host([robot], edge=edge, name=f"mujoco.{name}", state=state,
                on_welcome=lambda: print("ready", flush=True))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, host.stop)
    life = asyncio.create_task(body.live())
    service = asyncio.create_task(host.serve())
    done, _ = await asyncio.wait([life, service], return_when=asyncio.FIRST_COMPLETED)
    host.stop()
    await service
    life.cancel()
    await asyncio.wait([life])
    body.close()
    for task in done:
        task.result()


def main() -> None:
    parser = argparse.ArgumentParser(prog="pons_mujoco.robot", description="Runs one robot of the physics scene.")
    parser.add_argument("--robot", required=True, choices=[*layout.ARMS, *layout.STARTS])
    parser.add_argument("--edge", metavar="ADDRESS", help="else $PONS_EDGE, else tcp://127.0.0.1:7601")
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder for what must survive a restart")
    link.add_address(parser)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {options.robot} %(message)s")
    asyncio.run(serve(options.robot, options.edge, options.physics, options.state))


if __name__ == "__main__":
    main()
