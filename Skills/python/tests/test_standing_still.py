"""A process that stood still for a while: within its lease it goes on, and
beyond it comes to rest before it moves on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import zmq

from pons import Host, Robot
from pons.session import Frame, Progressed, Tick

FOLDER = Path(__file__).parent


def test_words_that_wait_in_the_socket_count_within_the_lease_and_not_beyond(edge, tmp_path):
    edge.lease_ms, edge.motion_lease_ms = 20_000, 5_000
    process = subprocess.Popen(
        [sys.executable, FOLDER / "standing_still.py", edge.address, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent / "src")})
    try:
        edge.wait_session()
        edge.invoke("arm", "wave")
        edge.wait("progress")
        process.send_signal(signal.SIGSTOP)
        edge.pump(0.8)  # beating its heart all the while
        process.send_signal(signal.SIGCONT)
        edge.frames.clear()
        for _ in range(5):
            edge.wait("progress")
        assert "result" not in [frame.WhichOneof("body") for frame in edge.frames]
        process.send_signal(signal.SIGSTOP)
        edge.pump(7.0)
        edge.invoke("arm", "wave", number=2, token=(1, 2))  # stale by the time it is read
        process.send_signal(signal.SIGCONT)
        report, = edge.wait_session(2).robots[0].attempts
        assert report.attempt.number == 1
        outcome = report.outcome if report.HasField("outcome") else edge.wait("result").outcome
        assert outcome.failure.code == "canceled" and "renewed" in outcome.failure.message
    finally:
        process.kill()
        process.wait()


def test_frames_are_taken_before_what_came_from_within():
    robot = Robot("arm")
    robot.skill("pick")(lambda: None)
    host = Host([robot])
    host._inputs.append(Progressed("arm", ("t", "s", 1), 0.5, ""))

    class Dealer:
        frames = [[b"one"], [b"two"]]

        def recv_multipart(self, flags):
            if not self.frames:
                raise zmq.Again
            return self.frames.pop(0)

    assert [type(what) for what in host._take_inputs(Dealer())] == [Frame, Frame, Progressed, Tick]
