"""The e-stop in a host: the latch by itself, and a real host with a real button."""

from __future__ import annotations

import random
import time

import pytest
import zmq

from pons import Attempt, Robot
from pons.estop import EmergencyStop, Latch
from pons.v1 import estop_pb2

from fake_edge import PATIENCE_S, FakeEdge

NOW_MS = time.time_ns() // 1_000_000


def state_of(*presses, releases=()):
    return estop_pb2.EmergencyState(
        station="edge", presses=presses,
        releases=[estop_pb2.EmergencyRelease(station=station, number=number) for station, number in releases])


def press(station="brain", number=NOW_MS, by="anna", reason="smoke"):
    return estop_pb2.EmergencyPress(station=station, number=number, by=by, reason=reason, at_unix_ns=1)


def test_a_press_holds_until_its_own_number_is_released():
    latch = Latch()
    assert latch.join(state_of(press()), "host", NOW_MS)
    assert latch.cause == "anna: smoke"
    assert not latch.join(state_of(), "host", NOW_MS), "who hasn't heard of it releases nothing"
    latch.join(state_of(releases=[("brain", NOW_MS - 1)]), "host", NOW_MS)
    assert latch.cause is not None
    latch.join(state_of(releases=[("brain", NOW_MS)]), "host", NOW_MS)
    assert latch.cause is None
    assert not latch.join(state_of(press()), "host", NOW_MS), "what was released doesn't come back"


def test_order_and_repetition_change_nothing():
    seed = random.randrange(2**32)
    print("seed", seed)
    states = [state_of(press(station, number)) for station in "ab" for number in (1, 2, 3)]
    states += [state_of(releases=[(station, number)]) for station, number in (("a", 2), ("b", 3))]
    for _ in range(50):
        latch, told = Latch(), states * 2
        random.Random(seed + _).shuffle(told)
        for state in told:
            latch.join(state, "host", NOW_MS)
        assert sorted((p.station, p.number) for p in latch.presses.values()) == [("a", 3)]


def test_a_forged_number_latches_as_our_own_and_once():
    latch = Latch()
    assert latch.join(state_of(press(number=2**64 - 1)), "host", NOW_MS)
    assert list(latch.presses) == ["host"]
    assert not latch.join(state_of(press(number=2**64 - 1)), "host", NOW_MS)


def test_the_file_is_read_back_and_damage_counts_as_a_press(tmp_path):
    latch = Latch()
    latch.press("host", "anna", "smoke", NOW_MS)
    assert Latch.of(latch.text()).text() == latch.text()
    for text in ("", "{}", "[1]", '{"presses": [[1]], "releases": []}', "\x00"):
        (tmp_path / "estop.json").write_text(text)
        estop = EmergencyStop("host", ["arm"], tmp_path, print, print, print)
        assert estop.cause is not None, text
        estop.close()


class Above:
    """The edge's end of an e-stop socket."""

    def __init__(self) -> None:
        self._context = zmq.Context()
        self._router = self._context.socket(zmq.ROUTER)
        self._router.setsockopt(zmq.LINGER, 0)
        self.port = self._router.bind_to_random_port("tcp://127.0.0.1")
        self._peer = b""
        self._sequence = 0

    def close(self) -> None:
        if not self._router.closed:
            self._router.close()
            self._context.term()

    def report(self, fits=lambda report: True) -> estop_pb2.EmergencyReport:
        """The next report that fits."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self._router.poll(100):
                self._peer, data = self._router.recv_multipart()
                frame = estop_pb2.EmergencyFrame.FromString(data)
                if fits(frame.report):
                    return frame.report
            elif self._peer:
                self.tell(state_of())
        raise AssertionError("no such report came")

    def tell(self, state: estop_pb2.EmergencyState) -> None:
        self._sequence += 1
        state.epoch, state.sequence, state.beat_ms = 1, self._sequence, 200
        self._router.send_multipart(
            [self._peer, estop_pb2.EmergencyFrame(version=1, state=state).SerializeToString()])

    def rubbish(self) -> None:
        self._router.send_multipart([self._peer, b"\xff\xfe\x00rubbish"])


@pytest.fixture
def above():
    above = Above()
    yield above
    above.close()


@pytest.fixture
def edge(above):
    edge = FakeEdge(estop_port=above.port)
    yield edge
    edge.close()


def make_robot(rests: list[str]) -> Robot:
    robot = Robot("arm", embodiment="arm")

    @robot.skill(effects=["polished(arm)"], cancel="finish", timeout_s=60)
    def polish(attempt: Attempt):
        "Polish until told otherwise."
        while True:
            attempt.sleep(0.02)

    @robot.skill(effects=["waxed(arm)"], cancel="finish", timeout_s=60)
    async def wax():
        "Wax for a minute."
        import asyncio
        await asyncio.sleep(60)

    @robot.safe_stop
    def rest():
        rests.append("rest")

    return robot


@pytest.mark.parametrize("skill", ["polish", "wax"])
def test_it_stops_a_skill_that_is_to_finish_and_outlives_the_host(edge, above, serve, skill):
    rests: list[str] = []
    first = serve(make_robot(rests))
    edge.wait_session()
    assert [robot.robot for robot in above.report().robots] == ["arm"]
    edge.invoke("arm", skill, cancel="finish")
    edge.wait("accept")
    above.tell(state_of(press()))
    report = above.report(lambda report: len(report.presses) == 1)
    assert report.robots[0].stopped and rests == ["rest"]
    failure = edge.wait("result").outcome.failure
    assert (failure.code, failure.message) == ("canceled", "e-stop: anna: smoke")
    above.rubbish()
    edge.invoke("arm", skill, number=2, token=(1, 2))
    assert edge.wait("result").outcome.failure.code == "resourceConflict"
    first.stop()
    # The next process finds it latched, before anybody says so.
    serve(make_robot(rests))
    edge.wait_session(2)
    edge.invoke("arm", skill, number=3, token=(1, 3))
    assert edge.wait("result").outcome.failure.code == "resourceConflict"
    assert above.report(lambda report: len(report.presses) == 1).robots[0].stopped
    above.tell(state_of(releases=[("brain", NOW_MS)]))
    above.report(lambda report: not report.presses)
    edge.invoke("arm", skill, number=4, token=(1, 4))
    edge.wait("accept", which=lambda accept: accept.attempt.number == 4)


def test_a_robots_own_button_stops_it_and_tells_the_edge(edge, above, serve):
    rests: list[str] = []
    robot = make_robot(rests)
    with pytest.raises(RuntimeError):
        robot.emergency_stop()
    serve(robot)
    edge.wait_session()
    above.report()
    edge.invoke("arm", "polish")
    edge.wait("accept")
    robot.emergency_stop(reason="a hand in the way")
    report = above.report(lambda report: len(report.presses) == 1)
    assert (report.presses[0].by, report.presses[0].reason) == ("arm", "a hand in the way")
    assert edge.wait("result").outcome.failure.code == "canceled" and rests == ["rest"]


def test_where_it_cannot_be_heard_no_order_is_taken(edge, above, serve):
    serve(make_robot([]))
    edge.wait_session()
    above.report()
    above.close()
    end = time.monotonic() + PATIENCE_S
    for number in range(1, 1000):
        edge.invoke("arm", "polish", number=number, token=(1, number), on_link_loss="finish")
        result = edge.wait_any("accept", "result")
        if result.HasField("result"):
            break
        edge.cancel(number=number, token=(1, number))
        edge.wait("result")
        assert time.monotonic() < end
    failure = result.result.outcome.failure
    assert (failure.code, failure.message) == ("resourceConflict", "the e-stop can’t be heard here")
