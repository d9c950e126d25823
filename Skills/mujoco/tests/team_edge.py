"""A ROUTER that plays the edge for several robots at once, for tests."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import zmq

from pons.v1 import model_pb2, wire_pb2

_ENTITIES = ("item", "surface", "target", "room")


@dataclass
class Peer:
    route: bytes
    session: str
    sequence: int = 0
    heard: int = 0
    beat_at: float = 0.0
    poses: list[Any] = field(default_factory=list)


class TeamEdge:
    """Keeps a session with each robot's host; calls are known by their step."""

    def __init__(self) -> None:
        self._context = zmq.Context()
        self._router = self._context.socket(zmq.ROUTER)
        self._router.setsockopt(zmq.LINGER, 0)
        self.address = f"tcp://127.0.0.1:{self._router.bind_to_random_port('tcp://127.0.0.1')}"
        self.peers: dict[str, Peer] = {}
        self.results: dict[str, wire_pb2.Result] = {}
        self.notes: list[str] = []
        self.reports: dict[str, list[wire_pb2.AttemptReport]] = {}
        self._routes: dict[bytes, str] = {}
        self._count = 0

    def close(self) -> None:
        self._router.close()
        self._context.term()

    def start(self, robot: str, skill: str, timeout_ms: int = 120_000, **arguments: str) -> str:
        """Invokes, and names the step."""
        self._count += 1
        step = f"{self._count}-{robot}-{skill}"
        invoke = wire_pb2.Invoke(
            attempt=model_pb2.AttemptId(task="t", step=step, number=1),
            token=model_pb2.Token(epoch=1, counter=self._count), robot=robot, skill=skill, timeout_ms=timeout_ms,
            on_link_loss="stop", cancel="stop")
        for name, value in arguments.items():
            invoke.arguments.add(name=name, value=model_pb2.Value(entity=value))
        self._send(robot, invoke=invoke)
        return step

    def cancel(self, step: str) -> None:
        number, robot, _ = step.split("-")
        self._send(robot, cancel=wire_pb2.Cancel(
            attempt=model_pb2.AttemptId(task="t", step=step, number=1),
            token=model_pb2.Token(epoch=1, counter=int(number)), reason="by a test"))

    def wait(self, *steps: str, seconds: float = 240) -> list[model_pb2.Outcome]:
        end = time.monotonic() + seconds
        while not all(step in self.results for step in steps):
            assert time.monotonic() < end, f"no result of {[s for s in steps if s not in self.results]}"
            self.pump()
        return [self.results[step].outcome for step in steps]

    def run(self, robot: str, skill: str, **arguments: str) -> model_pb2.Outcome:
        return self.wait(self.start(robot, skill, **arguments))[0]

    def await_robots(self, *robots: str, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not set(robots) <= set(self.peers):
            assert time.monotonic() < end, f"only {list(self.peers)} came"
            self.pump()

    def pump(self, seconds: float = 0.02) -> None:
        if self._router.poll(int(seconds * 1000)):
            while self._router.poll(0):
                self._take(*self._router.recv_multipart())
        now = time.monotonic()
        for robot, peer in self.peers.items():
            if now >= peer.beat_at:
                peer.beat_at = now + 0.2
                self._send(robot, heartbeat=wire_pb2.Heartbeat())

    def _take(self, route: bytes, data: bytes) -> None:
        envelope = wire_pb2.Envelope.FromString(data)
        body = envelope.WhichOneof("body")
        if body == "hello":
            robot = envelope.hello.robots[0].robot
            self._count += 1
            self.peers[robot] = Peer(route, f"s{self._count}")
            self._routes[route] = robot
            self.reports[robot] = list(envelope.hello.robots[0].attempts)
            self._send(robot, welcome=wire_pb2.Welcome(
                version=1, session=self.peers[robot].session, lease_ms=4000, heartbeat_ms=300, about=envelope.id))
            return
        robot = self._routes[route]
        peer = self.peers.get(robot)
        if peer is None or envelope.session != peer.session:
            return  # of a process that was killed
        assert envelope.sequence == peer.heard + 1
        peer.heard = envelope.sequence
        if body == "result":
            self.results[envelope.result.attempt.step] = envelope.result
            self._send(robot, result_stored=wire_pb2.ResultStored(
                attempt=envelope.result.attempt, token=envelope.result.token))
        elif body == "progress":
            self.notes.append(f"{robot}: {envelope.progress.note}")
        elif body == "memory_delta":
            peer.poses += [o.pose for o in envelope.memory_delta.operations if o.HasField("pose")]

    def _send(self, robot: str, **body: Any) -> None:
        peer = self.peers[robot]
        peer.sequence += 1
        envelope = wire_pb2.Envelope(
            version=1, id=peer.sequence, session=peer.session, sequence=peer.sequence, acknowledged=peer.heard,
            motion_lease_ms=4000, stamp=model_pb2.HybridStamp(wall_ms=time.time_ns() // 1_000_000, origin="edge"), **body)
        self._router.send_multipart([peer.route, envelope.SerializeToString()])
