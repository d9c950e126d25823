"""A host against an edge: every way that an attempt can go."""

from __future__ import annotations

import asyncio
import json
import threading
import time

import pytest

from fake_edge import FakeEdge
from pons import Attempt, Failure, Item, Pose, Robot, Room, Surface
from pons.v1 import model_pb2, wire_pb2


def make_robot() -> Robot:
    robot = Robot("arm", embodiment="fixed_arm", names=["the arm"], limits={"reach_m": 0.9})
    robot.log = []  # type: ignore[attr-defined]
    robot.never = threading.Event()  # type: ignore[attr-defined]

    @robot.skill("place")
    async def place(item: Item, surface: Surface, attempt: Attempt):
        robot.log.append((item, surface))
        attempt.progress(0.5, "half way")
        attempt.observe(f"on( {item},{surface} )")
        await asyncio.sleep(0)

    @robot.skill(effects=["clean(room)"], phrases=["mop {room}"], timeout_s=30)
    def mop(room: Room, wet: bool = True) -> Pose:
        """Mop a room's floor."""
        robot.log.append(room)
        return Pose(1, 2)

    @robot.skill
    async def wait(attempt: Attempt):
        try:
            await asyncio.sleep(1000)
        finally:
            robot.log.append("stopped")

    @robot.skill
    def wait_plainly(attempt: Attempt):
        try:
            attempt.sleep(1000)
        finally:
            robot.log.append("stopped")

    @robot.skill
    def hang():
        robot.never.wait(60)

    @robot.skill
    async def raises():
        raise RuntimeError("broken")

    @robot.skill
    def fails():
        raise Failure("unreachable", "the item is gone")

    @robot.skill
    def wrong() -> float:
        return "text"  # type: ignore[return-value]

    return robot


def test_hello_carries_what_the_host_offers(edge, serve):
    serve(make_robot())
    hello = edge.wait_session()
    assert hello.name == "host" and hello.role == wire_pb2.PEER_ROLE_SKILL_HOST
    assert (hello.lowest_version, hello.highest_version) == (1, 1)
    offer = hello.robots[0]
    assert offer.robot == "arm" and "place" in offer.skills and offer.highest_token.counter == 0
    description = json.loads(offer.description)
    assert description["embodiment"] == "fixed_arm" and description["limits"] == {"reach_m": 0.9}
    manifests = {m["name"]: m for m in map(json.loads, hello.manifests)}
    assert "place" not in manifests  # the daemon's own files declare it
    assert manifests["mop"] == {
        "apiVersion": "pons/v1", "kind": "Skill", "name": "mop", "version": "1.0.0",
        "summary": "Mop a room's floor.", "phrases": ["mop {room}"],
        "parameters": [{"name": "room", "type": "room"}, {"name": "wet", "type": "boolean", "default": True}],
        "returns": [{"name": "value", "type": "pose", "frame": "map"}],
        "conditions": {"start": [], "hold": []}, "effects": {"success": ["clean(room)"], "failure": "uncertain"},
        "duration": {"typical_s": 1.0, "timeout_s": 30}, "resources": [], "on_link_loss": "stop", "cancel": "stop",
        "idempotent": False, "risk": "low", "host": {"kind": "zmq"}}


def test_invoke_is_accepted_reports_progress_and_ends_well(edge, serve):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "place", item="apple", surface="table", token=(3, 7))
    accept = edge.wait("accept")
    assert (accept.attempt.task, accept.attempt.step, accept.attempt.number) == ("t", "s", 1)
    assert (accept.token.epoch, accept.token.counter) == (3, 7)
    progress = edge.wait("progress")
    assert (progress.ratio, progress.note) == (0.5, "half way")
    result = edge.wait("result")
    assert not result.outcome.HasField("failure")
    assert list(result.outcome.observed) == ["on(apple, table)"]
    assert robot.log == [("apple", "table")]


def test_plain_function_runs_and_its_return_travels(edge, serve):
    serve(make_robot())
    edge.wait_session()
    edge.invoke("arm", "mop", room="kitchen")
    returns = edge.wait("result").outcome.returns
    assert [(a.name, a.value.pose.x_m, a.value.pose.y_m) for a in returns] == [("value", 1, 2)]


@pytest.mark.parametrize("skill", ["wait", "wait_plainly"])
def test_cancel_stops_the_skill(edge, serve, skill):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", skill)
    edge.wait("accept")
    edge.cancel()
    failure = edge.wait("result").outcome.failure
    assert (failure.code, failure.message) == ("canceled", "by a test")
    assert robot.log == ["stopped"]


def test_cancel_of_a_skill_that_finishes_lets_it_finish(edge, serve):
    robot = Robot("arm")
    go = threading.Event()

    @robot.skill("land")
    def land():
        go.wait(60)

    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "land", cancel="finish")
    edge.wait("accept")
    edge.cancel()
    edge.pump(0.1)
    go.set()
    assert not edge.wait("result").outcome.HasField("failure")


@pytest.mark.parametrize("skill, code, words", [
    ("raises", "skillError", "RuntimeError: broken"),
    ("fails", "unreachable", "the item is gone"),
    ("wrong", "skillError", "expected number"),
    ("unheard_of", "rejectedBySkill", "no skill"),
])
def test_failures_are_typed(edge, serve, skill, code, words):
    serve(make_robot())
    edge.wait_session()
    edge.invoke("arm", skill)
    failure = edge.wait("result").outcome.failure
    assert failure.code == code and words in failure.message


@pytest.mark.parametrize("arguments, words", [
    ({"item": "apple"}, "surface is missing"),
    ({"item": "apple", "surface": 3.0}, "expected surface"),
    ({"item": "apple", "surface": "table", "speed": 1.0}, "no parameter speed"),
])
def test_wrong_arguments_are_rejected_before_anything_moves(edge, serve, arguments, words):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "place", **arguments)
    failure = edge.wait("result").outcome.failure
    assert failure.code == "rejectedBySkill" and words in failure.message and robot.log == []


def test_a_hanging_function_times_out_and_blocks_the_robot_until_it_ends(edge, serve):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "hang", timeout_ms=100)
    assert edge.wait("result").outcome.failure.code == "timeout"
    edge.wait("heartbeat", which=lambda beat: not beat.robots[0].ready)
    edge.invoke("arm", "mop", room="kitchen", number=2, token=(1, 2))
    assert edge.wait("result").outcome.failure.code == "resourceConflict"
    robot.never.set()
    edge.wait("heartbeat", which=lambda beat: beat.robots[0].ready)
    edge.invoke("arm", "mop", room="kitchen", number=3, token=(1, 3))
    assert not edge.wait("result").outcome.HasField("failure")


def test_an_event_loop_that_a_skill_blocks_still_times_out(edge, serve):
    robot = Robot("arm")
    end = threading.Event()

    @robot.skill("pick")
    async def pick():
        end.wait(60)  # never do this in an async skill

    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "pick", timeout_ms=100)
    assert edge.wait("result").outcome.failure.code == "timeout"
    edge.wait("heartbeat")
    end.set()


def test_a_second_attempt_meanwhile_is_a_resource_conflict(edge, serve):
    serve(make_robot())
    edge.wait_session()
    edge.invoke("arm", "wait")
    edge.wait("accept")
    edge.invoke("arm", "mop", room="kitchen", step="other", token=(1, 2))
    result = edge.wait("result")
    assert result.attempt.step == "other" and result.outcome.failure.code == "resourceConflict"


def test_a_stale_token_is_refused_and_runs_nothing(edge, serve):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "mop", room="kitchen", token=(2, 5))
    edge.wait("result")
    edge.invoke("arm", "mop", room="hall", number=2, token=(2, 5))
    assert edge.wait("refused").code == "stale_token"
    edge.invoke("arm", "mop", room="hall", number=3, token=(1, 900))
    assert edge.wait("refused").code == "stale_token"
    assert robot.log == ["kitchen"]


def test_a_repeated_invoke_answers_what_is_known_and_runs_once(edge, serve):
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    for _ in range(2):
        edge.invoke("arm", "mop", room="kitchen")
        edge.wait("result")
    edge.invoke("arm", "wait", number=2, token=(1, 2))
    edge.wait("accept")
    edge.invoke("arm", "wait", number=2, token=(1, 2))
    edge.wait("accept")
    assert robot.log == ["kitchen"]


def test_after_a_restart_the_stored_result_is_offered_and_answered(edge, serve):
    robot = make_robot()
    first = serve(robot)
    edge.wait_session()
    edge.invoke("arm", "mop", room="kitchen", token=(1, 4))
    edge.wait("result")
    first.stop()
    again = make_robot()
    serve(again)
    hello = edge.wait_session(2)
    report = hello.robots[0].attempts[0]
    assert report.attempt.step == "s" and report.HasField("outcome") and not report.outcome.HasField("failure")
    assert (hello.robots[0].highest_token.epoch, hello.robots[0].highest_token.counter) == (1, 4)
    edge.invoke("arm", "mop", room="kitchen", token=(1, 4))
    result = edge.wait("result")
    assert result.outcome.returns[0].value.pose.x_m == 1 and again.log == []
    edge.invoke("arm", "mop", room="hall", number=2, token=(1, 4))
    assert edge.wait("refused").code == "stale_token"


def test_a_result_that_was_stored_is_not_offered_again(edge, serve):
    first = serve(make_robot())
    edge.wait_session()
    edge.invoke("arm", "mop", room="kitchen")
    edge.store(edge.wait("result"))
    edge.invoke("arm", "fails", number=2, token=(1, 2))
    edge.wait("result")  # the first one's ResultStored was taken before this
    first.stop()
    serve(make_robot())
    assert [r.attempt.number for r in edge.wait_session(2).robots[0].attempts] == [2]


def test_silence_ends_the_session_and_a_running_attempt_is_reported_anew(edge, serve):
    edge.lease_ms = 400
    serve(make_robot(), motion_lease_s=60)
    edge.wait_session()
    edge.invoke("arm", "wait", on_link_loss="finish")
    edge.wait("accept")
    edge.is_mute = True
    edge.wait("hello")
    edge.is_mute = False
    hello = edge.wait_session(2)
    assert [(r.attempt.step, r.HasField("outcome")) for r in hello.robots[0].attempts] == [("s", False)]
    edge.cancel()
    assert edge.wait("result").outcome.failure.code == "canceled"


def test_the_dead_man_stops_what_must_stop_and_nothing_else(edge, serve):
    robots = [make_robot(), Robot("other")]
    robots[1].skills.update(make_robot().skills)
    edge.lease_ms = 5000
    serve(*robots, motion_lease_s=1.0)
    edge.wait_session()
    edge.invoke("arm", "wait", on_link_loss="stop")
    edge.invoke("other", "wait", step="s2", on_link_loss="continue")
    edge.wait("accept")
    edge.wait("accept")
    edge.is_mute = True
    result = edge.wait("result")
    assert result.attempt.step == "s" and result.outcome.failure.code == "canceled"
    assert robots[0].log == ["stopped"]
    edge.is_mute = False
    edge.cancel(step="s2")
    assert edge.wait("result").outcome.failure.code == "canceled"


def test_the_dead_man_acts_though_a_skill_blocks_the_event_loop(edge, serve):
    robot = Robot("arm")
    end, rested = threading.Event(), threading.Event()

    @robot.skill("pick")
    async def pick():
        end.wait(60)  # never do this in an async skill

    robot.safe_stop(rested.set)
    serve(robot, motion_lease_s=1.0)
    edge.wait_session()
    edge.invoke("arm", "pick")
    edge.wait("accept")
    edge.is_mute = True
    assert rested.wait(10)
    failure = edge.wait("result").outcome.failure
    assert failure.code == "canceled" and "hasn’t stopped" in failure.message
    edge.is_mute = False
    edge.wait("heartbeat", which=lambda beat: not beat.robots[0].ready)
    end.set()


def test_an_edge_that_renews_nothing_is_not_obeyed(edge, serve):
    edge.motion_lease_ms = 0
    robot = make_robot()
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "mop", room="kitchen")
    hello = edge.wait_session(2)
    assert not hello.robots[0].attempts and robot.log == []
    edge.motion_lease_ms = 4000
    edge.send(heartbeat=wire_pb2.Heartbeat())
    edge.wait("heartbeat")
    edge.invoke("arm", "mop", room="kitchen")
    assert not edge.wait("result").outcome.HasField("failure")


def test_a_control_loop_sees_the_end_of_the_lease_by_the_clock(edge, serve):
    robot = Robot("arm")
    moved = []

    @robot.skill("pick")
    def pick(attempt: Attempt):
        while True:
            attempt.check()
            moved.append(time.monotonic())
            time.sleep(0.002)

    serve(robot, motion_lease_s=1.0)
    edge.wait_session()
    edge.invoke("arm", "pick")
    edge.wait("accept")
    edge.is_mute = True
    cut = time.monotonic()
    assert edge.wait("result").outcome.failure.code == "canceled"
    assert moved[-1] < cut + 2


def test_what_the_robot_sees_goes_with_a_success(edge, serve):
    robot = make_robot()
    robot.observer(lambda: ["not on(apple,table)"])
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "place", item="apple", surface="table")
    outcome = edge.wait("result").outcome
    assert not outcome.HasField("failure")
    assert list(outcome.observed) == ["on(apple, table)", "not on(apple, table)"]


@pytest.mark.parametrize("kind", ["plain", "async"])
def test_a_skill_is_asked_until_one_answer_leads(edge, serve, kind):
    robot = Robot("arm")
    answers = iter([0, None, 0, 42, 42, 0, 42, 42, 0, 42, 42, 0, 42, 42])

    def answer() -> float:
        value = next(answers)
        if value is None:
            raise RuntimeError("no answer")
        return float(value)

    async def answer_later() -> float:
        return answer()

    robot.skill("count")(answer if kind == "plain" else answer_later)
    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "count", votes=(3, 50))
    assert edge.wait("result").outcome.failure.code == "rejectedBySkill"
    edge.invoke("arm", "count", number=2, token=(1, 2), idempotent=True, votes=(3, 50))
    returns = {part.name: part.value for part in edge.wait("result").outcome.returns}
    assert returns["value"].number == 42 and returns["votes.tally"].text == "8 5"


def test_a_vote_that_nobody_wins_has_failed(edge, serve):
    robot = Robot("arm")
    answers = iter(range(100))

    @robot.skill("count")
    def count() -> float:
        return float(next(answers))

    serve(robot)
    edge.wait_session()
    edge.invoke("arm", "count", idempotent=True, votes=(2, 4))
    failure = edge.wait("result").outcome.failure
    assert failure.code == "skillError" and "after 4 votes (1 1 1 1)" in failure.message


def test_an_edge_that_restarts_is_greeted_again(edge, serve):
    serve(make_robot())
    edge.wait_session()
    address = edge.address
    edge.close()
    again = FakeEdge(address)
    try:
        again.wait_session()
        again.invoke("arm", "mop", room="kitchen")
        assert not again.wait("result").outcome.HasField("failure")
    finally:
        again.close()


def test_an_unknown_session_and_a_gap_each_lead_to_a_new_hello(edge, serve):
    serve(make_robot())
    edge.wait_session()
    edge.send(refused=wire_pb2.Refused(code="unknown_session", message="gone"))
    edge.wait_session(2)
    edge._sequence += 1
    edge.send(heartbeat=wire_pb2.Heartbeat())
    edge.wait_session(3)


def test_hello_is_repeated_with_one_id_until_the_welcome(edge, serve):
    edge.welcomes = False
    serve(make_robot())
    edge.wait_session(3)
    assert len({frame.id for frame in edge.frames}) == 1
    edge.welcomes = True
    edge.wait_session(4)
    edge.wait("heartbeat")


def test_a_name_that_is_taken_is_not_fought_for(edge, serve):
    serve(make_robot())
    edge.wait_session()
    edge.frames.clear()
    edge.send(refused=wire_pb2.Refused(code="name_taken", message="another client"))
    edge.pump(1.0)
    assert "hello" not in [frame.WhichOneof("body") for frame in edge.frames]


def test_garbage_is_counted_and_harms_nothing(edge, serve):
    served = serve(make_robot())
    edge.wait_session()
    for data in (b"", b"\xff" * 40, b"\x08\x01", wire_pb2.Envelope(version=9).SerializeToString()):
        for _ in range(100):
            edge.send_raw(data)
    edge.invoke("arm", "mop", room="kitchen")
    assert not edge.wait("result").outcome.HasField("failure")
    assert served.error is None


def test_what_a_robot_says_reaches_memory(edge, serve):
    robot = make_robot()
    robot.observe("on(apple, table)")  # before there is a link
    serve(robot)
    edge.wait_session()
    delta = edge.wait("memory_delta")
    fact = delta.operations[0].fact
    assert (fact.fact, fact.holds, fact.certainty, fact.source) == ("on(apple, table)", True, "observed", "robot:arm")
    robot.observe("not open( fridge )")
    fact = edge.wait("memory_delta").operations[0].fact
    assert (fact.fact, fact.holds) == ("open(fridge)", False)
    robot.pose(1, 2, 0.5)
    robot.battery(0.8)
    pose = edge.wait("memory_delta").operations[0].pose
    assert (pose.entity, pose.pose.x_m, pose.pose.yaw_rad, pose.source) == ("arm", 1, 0.5, "robot:arm")
    status = edge.wait("heartbeat", which=lambda beat: beat.robots[0].battery_ratio >= 0).robots[0]
    assert status.ready and status.pose.y_m == 2 and status.battery_ratio == 0.8
    with pytest.raises(ValueError):
        robot.observe("the apple is on the table")


def test_stop_says_goodbye(edge, serve):
    served = serve(make_robot())
    edge.wait_session()
    edge.invoke("arm", "wait")
    edge.wait("accept")
    served.stop()
    assert edge.wait("result").outcome.failure.code == "robotLost"
    assert edge.wait("goodbye").reason


def test_two_processes_cannot_run_one_host(edge, serve):
    serve(make_robot())
    edge.wait_session()
    second = serve(make_robot())
    second._thread.join(20)
    assert "another process runs this host" in str(second.error)
