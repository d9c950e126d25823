"""The session's machine alone: no socket, no thread, time as the test says."""

from __future__ import annotations

import pytest

from pons import Robot
from pons.clock import HybridClock
from pons.ledger import Ledger
from pons.session import Finished, Frame, Send, Session, Start, Stop, Tick
from pons.v1 import model_pb2, wire_pb2


class Bench:
    def __init__(self, folder):
        self.ledger = Ledger(folder)
        robot = Robot("arm")
        robot.skill("pick")(lambda: None)
        self.robot = robot
        self.session = Session("host", "test", [robot], self.ledger, HybridClock("host"))
        self.sequence = 0

    def tick(self, now):
        return self.done(self.session.handle(Tick(), now))

    def done(self, actions):
        self.actions = actions
        return [wire_pb2.Envelope.FromString(a.data) for a in actions if isinstance(a, Send)]

    def hear(self, now, session="s1", acknowledged=0, motion_lease_ms=1000, **body):
        self.sequence += 1
        envelope = wire_pb2.Envelope(
            version=1, id=self.sequence, session=session, sequence=self.sequence, acknowledged=acknowledged,
            motion_lease_ms=motion_lease_ms, **body)
        return self.done(self.session.handle(Frame(envelope.SerializeToString()), now))

    def welcome(self, now, session="s1", about=0):
        self.sequence = 0
        return self.hear(now, session, welcome=wire_pb2.Welcome(
            version=1, session=session, lease_ms=1500, heartbeat_ms=500, about=about))

    def invoke(self, now, session="s1", number=1, acknowledged=0, motion_lease_ms=1000, **fields):
        frame = {"acknowledged": acknowledged, "motion_lease_ms": motion_lease_ms}
        return self.hear(now, session, invoke=wire_pb2.Invoke(
            attempt=model_pb2.AttemptId(task="t", step="s", number=number),
            token=model_pb2.Token(epoch=1, counter=number), robot="arm", skill="pick", timeout_ms=5000, **fields),
            **frame)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    bench.ledger.close()


def kinds(frames):
    return [frame.WhichOneof("body") for frame in frames]


def test_hello_comes_again_after_a_tenth_two_tenths_four_tenths(bench):
    said = [now / 100 for now in range(0, 400) if kinds(bench.tick(now / 100)) == ["hello"]]
    assert said == pytest.approx([0, 0.1, 0.3, 0.7, 1.5, 3.1], abs=0.05)


def test_a_hello_that_says_something_new_has_a_new_id_and_gets_its_own_welcome(bench):
    first = bench.tick(0)[0]
    bench.welcome(0.01, about=first.id)
    bench.invoke(0.02)
    second = bench.hear(0.03, refused=wire_pb2.Refused(code="unknown_session", about=1 << 60))[-1]
    assert not second.hello.robots[0].attempts[0].HasField("outcome")
    bench.session.handle(Finished("arm", ("t", "s", 1), model_pb2.Outcome()), 0.05)
    third = bench.tick(0.5)[0]
    assert third.id != second.id and third.hello.robots[0].attempts[0].HasField("outcome")
    assert not bench.welcome(0.51, "old", about=second.id) and not bench.session.is_live
    # The welcomed hello carried the result, so that it isn't sent again.
    assert "result" not in kinds(bench.welcome(0.52, "new", about=third.id)) and bench.session.is_live


def test_a_result_between_hello_and_welcome_is_sent_after_it(bench):
    bench.tick(0)
    bench.welcome(0.01)
    bench.invoke(0.02)
    bench.hear(0.03, refused=wire_pb2.Refused(code="unknown_session", about=1 << 60))
    bench.session.handle(Finished("arm", ("t", "s", 1), model_pb2.Outcome()), 0.05)
    assert "result" in kinds(bench.welcome(0.06, "s2"))


def test_the_lease_counts_from_the_newest_frame_that_the_edge_has_heard(bench):
    bench.tick(0)
    heartbeat = bench.welcome(0)[-1]
    assert heartbeat.WhichOneof("body") == "heartbeat" and heartbeat.sequence == 1
    # The edge still speaks, but has heard nothing since: the way there is cut.
    for tenth in range(1, 16):
        assert "hello" not in kinds(bench.hear(tenth / 10, acknowledged=1, heartbeat=wire_pb2.Heartbeat()))
    assert "hello" in kinds(bench.hear(1.6, acknowledged=1, heartbeat=wire_pb2.Heartbeat()))


@pytest.mark.parametrize("on_link_loss, stops", [("stop", True), ("finish", False), ("continue", False)])
def test_the_dead_man_acts_after_the_motion_lease(bench, on_link_loss, stops):
    bench.tick(0)
    bench.welcome(0)
    bench.invoke(0.1, on_link_loss=on_link_loss)
    assert any(isinstance(action, Start) for action in bench.actions)
    bench.tick(1.09)
    assert not any(isinstance(action, Stop) for action in bench.actions)
    bench.tick(1.11)
    assert any(isinstance(action, Stop) for action in bench.actions) is stops


def test_the_motion_lease_counts_from_what_the_edge_has_heard_however_late_it_is_read(bench):
    bench.tick(0)
    beat = bench.welcome(0)[-1]
    bench.hear(0.1, acknowledged=beat.sequence, heartbeat=wire_pb2.Heartbeat())
    bench.invoke(0.2, acknowledged=beat.sequence)
    # It stood still: an answer and an order waited in the socket all the while.
    bench.hear(3.0, acknowledged=beat.sequence, heartbeat=wire_pb2.Heartbeat())
    assert any(isinstance(action, Stop) for action in bench.actions)
    bench.session.handle(Finished("arm", ("t", "s", 1), model_pb2.Outcome(), True), 3.01)
    bench.invoke(3.02, number=2, acknowledged=beat.sequence)
    assert not any(isinstance(action, Start) for action in bench.actions)
    assert bench.ledger.find("arm", ("t", "s", 2)) is None


def test_the_edge_may_allow_less_than_the_motion_lease(bench):
    bench.tick(0)
    bench.welcome(0)
    bench.invoke(0.1, motion_lease_ms=300)
    bench.tick(0.39)
    assert not any(isinstance(action, Stop) for action in bench.actions)
    bench.tick(0.41)
    assert any(isinstance(action, Stop) for action in bench.actions)


def test_the_ledger_has_the_result_before_it_is_sent(bench):
    bench.tick(0)
    bench.welcome(0)
    bench.invoke(0.1)
    actions = bench.session.handle(Finished("arm", ("t", "s", 1), model_pb2.Outcome()), 0.2)
    assert any(isinstance(action, Send) for action in actions)
    assert bench.ledger.find("arm", ("t", "s", 1)).outcome is not None


def test_an_attempt_that_a_crash_cut_off_is_reported_lost(bench, tmp_path):
    bench.tick(0)
    bench.welcome(0)
    bench.invoke(0.1)
    again = Session("host", "test", [bench.robot], bench.ledger, HybridClock("host"))
    hello = wire_pb2.Envelope.FromString(again.handle(Tick(), 0)[0].data).hello
    assert hello.robots[0].attempts[0].outcome.failure.code == "robotLost"
    assert hello.robots[0].highest_token.counter == 1


def test_while_something_moves_the_edge_is_asked_four_times_a_motion_lease(bench):
    bench.tick(0)
    bench.welcome(0)
    idle = [now for now in range(1, 100) if kinds(bench.tick(now / 100)) == ["heartbeat"]]
    assert idle == [50]
    bench.invoke(1.0, on_link_loss="finish")
    moving = [now for now in range(101, 140) if "heartbeat" in kinds(bench.tick(now / 100))]
    assert len(moving) <= 2 and moving[0] <= 126
