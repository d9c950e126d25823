"""A ROUTER that plays the edge by the protocol, for tests."""

from __future__ import annotations

import time
from typing import Any

import zmq

from pons.v1 import model_pb2, wire_pb2

PATIENCE_S = 20


class FakeEdge:
    """Answers each Hello with a Welcome, keeps sequence and acknowledgement,
    and beats its heart whenever it waits."""

    def __init__(self, address: str | None = None, lease_ms: int = 4000, heartbeat_ms: int = 100, estop_port: int = 0) -> None:
        self._context = zmq.Context()
        self._router = self._context.socket(zmq.ROUTER)
        self._router.setsockopt(zmq.LINGER, 0)
        if address:
            self._router.bind(address)
            self.address = address
        else:
            self.address = f"tcp://127.0.0.1:{self._router.bind_to_random_port('tcp://127.0.0.1')}"
        self.lease_ms, self.heartbeat_ms, self.estop_port = lease_ms, heartbeat_ms, estop_port
        self.motion_lease_ms = 4000
        self.is_mute = False
        self.welcomes = True
        self.session = ""
        self.peer = b""
        self.hello = wire_pb2.Hello()
        self.frames: list[wire_pb2.Envelope] = []
        self._sessions = 0
        self._sequence = self._id = self._heard = 0
        self._beat_at = 0.0

    def close(self) -> None:
        self._router.close()
        self._context.term()

    def send(self, **body: Any) -> int:
        self._sequence += 1
        self._id += 1
        envelope = wire_pb2.Envelope(
            version=1, id=self._id, session=self.session, sequence=self._sequence, acknowledged=self._heard,
            motion_lease_ms=self.motion_lease_ms, stamp=model_pb2.HybridStamp(wall_ms=time.time_ns() // 1_000_000, origin="edge"), **body)
        self._router.send_multipart([self.peer, envelope.SerializeToString()])
        return self._id

    def send_raw(self, data: bytes) -> None:
        self._router.send_multipart([self.peer, data])

    def pump(self, seconds: float = 0.02) -> None:
        """Takes what comes for a while, beating meanwhile."""
        end = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if self.session and not self.is_mute and now >= self._beat_at:
                self._beat_at = now + self.heartbeat_ms / 1000
                self.send(heartbeat=wire_pb2.Heartbeat())
            if self._router.poll(max(0, min(20, int((end - now) * 1000)))):
                self._take()
            if time.monotonic() >= end:
                return

    def wait(self, body: str, *, which: Any = lambda message: True) -> Any:
        """The next body of this kind that is as wanted, taken from `frames`."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            for position, envelope in enumerate(self.frames):
                if envelope.WhichOneof("body") == body and which(getattr(envelope, body)):
                    del self.frames[:position + 1]
                    return getattr(envelope, body)
            self.pump()
        raise AssertionError(f"no {body} came in {PATIENCE_S} s; got {[f.WhichOneof('body') for f in self.frames]}")

    def wait_any(self, *bodies: str) -> wire_pb2.Envelope:
        """The next envelope with one of these bodies, taken from `frames`."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            for position, envelope in enumerate(self.frames):
                if envelope.WhichOneof("body") in bodies:
                    del self.frames[:position + 1]
                    return envelope
            self.pump()
        raise AssertionError(f"none of {bodies} came in {PATIENCE_S} s")

    def wait_session(self, number: int = 1) -> wire_pb2.Hello:
        end = time.monotonic() + PATIENCE_S
        while self._sessions < number:
            assert time.monotonic() < end, "no hello came"
            self.pump()
        return self.hello

    def invoke(
        self, robot: str, skill: str, *, task: str = "t", step: str = "s", number: int = 1,
        token: tuple[int, int] = (1, 1), timeout_ms: int = 60_000, on_link_loss: str = "stop", cancel: str = "stop",
        idempotent: bool = False, votes: tuple[int, int] | None = None, **arguments: Any,
    ) -> None:
        invoke = wire_pb2.Invoke(
            attempt=model_pb2.AttemptId(task=task, step=step, number=number),
            token=model_pb2.Token(epoch=token[0], counter=token[1]), robot=robot, skill=skill,
            timeout_ms=timeout_ms, on_link_loss=on_link_loss, cancel=cancel, idempotent=idempotent)
        if votes:
            invoke.votes.ahead, invoke.votes.most = votes
        for name, value in arguments.items():
            if isinstance(value, float):
                invoke.arguments.add(name=name, value=model_pb2.Value(number=value))
            else:
                invoke.arguments.add(name=name, value=model_pb2.Value(entity=value))
        self.send(invoke=invoke)

    def cancel(self, *, task: str = "t", step: str = "s", number: int = 1, token: tuple[int, int] = (1, 1),
               reason: str = "by a test") -> None:
        self.send(cancel=wire_pb2.Cancel(
            attempt=model_pb2.AttemptId(task=task, step=step, number=number),
            token=model_pb2.Token(epoch=token[0], counter=token[1]), reason=reason))

    def store(self, result: wire_pb2.Result) -> None:
        self.send(result_stored=wire_pb2.ResultStored(attempt=result.attempt, token=result.token))

    def _take(self) -> None:
        peer, data = self._router.recv_multipart()
        envelope = wire_pb2.Envelope.FromString(data)
        assert envelope.version == 1 and envelope.id > 0 and envelope.stamp.origin
        if envelope.WhichOneof("body") == "hello":
            assert envelope.session == "" and envelope.sequence == 0
            self.peer, self.hello = peer, envelope.hello
            self._sessions += 1
            self._sequence = self._heard = 0
            self.session = f"session-{self._sessions}" if self.welcomes else ""
            if self.welcomes:
                self.send(welcome=wire_pb2.Welcome(
                    version=1, session=self.session, lease_ms=self.lease_ms, heartbeat_ms=self.heartbeat_ms,
                    about=envelope.id, estop_port=self.estop_port))
        elif envelope.session == self.session:
            assert envelope.sequence == self._heard + 1, "the host left a gap"
            self._heard = envelope.sequence
        self.frames.append(envelope)
