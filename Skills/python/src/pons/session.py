"""The session with the edge, as a machine without socket, clock or thread.

`handle(input, now)` takes what happened and answers with what to do. `now` is
a monotonic time in seconds. The ledger is written inside, so that what an
action says is on disk before the action is carried out.
"""

from __future__ import annotations

import collections
import json
from dataclasses import dataclass, field
from typing import Any, Union

from .attempt import LEASE_ENDED
from .clock import HybridClock
from .emergency import Emergency, Hold
from .ledger import AttemptKey, Ledger, TokenKey
from .robot import Robot, Skill
from .session_messages import (
    Action, Close, Finished, Frame, Input, Note, Progressed, Renewed, Reopen, Send, Start, Stop, Tick, Unsent,
    Welcomed,
)
from .values import Pose, WrongType, clean_text, from_wire, pose_to_wire
from .v1 import model_pb2, wire_pb2

VERSION = 1
LONGEST_FRAME_BYTES = 1 << 20
MOTION_LEASE_S = 1.0
#: How long after its time-out an attempt may still move its robot: the edge
#: keeps others away for half a second.
OVERRUN_S = 0.4
_FIRST_HELLO_S, _SLOWEST_HELLO_S, _REFUSED_HELLO_S = 0.1, 2.0, 10.0
_REOPEN_S = 4.0
_STOP_GRACE_S = 0.5
_MOST_REPORTS = 64
_TELL_S = 0.05
_PROGRESS_S = 0.05


@dataclass
class _Running:
    attempt: AttemptKey
    token: TokenKey
    deadline: float
    on_link_loss: str
    cancel: str
    idempotent: bool = False
    #: What the attempt fails with once it has stopped.
    ending: model_pb2.Failure | None = None
    #: When its outcome is reported though its function still runs.
    give_up_at: float | None = None
    is_reported: bool = False
    progress_at: float = field(default=-1e9)


def failed(code: str, message: str) -> model_pb2.Outcome:
    return model_pb2.Outcome(failure=model_pb2.Failure(code=code, message=clean_text(message)))


class Session:
    """One host's session: greeting until a Welcome, then live until silence."""

    def __init__(
        self, name: str, software: str, robots: list[Robot], ledger: Ledger, clock: HybridClock,
        motion_lease_s: float = MOTION_LEASE_S, first_id: int = 1,
    ) -> None:
        self.name = name
        self._software = software
        self._robots = {robot.name: robot for robot in robots}
        self._ledger = ledger
        self._clock = clock
        self._motion_lease_s = motion_lease_s
        self._running: dict[str, _Running] = {}
        self._hold = Hold()
        self._pending: dict[str, tuple[model_pb2.HybridStamp, str, bool | Pose]] = {}
        self._session = ""
        # Not from 1: a server must not take a restarted host's first hello for
        # a repetition of its last.
        self._next_id = first_id
        self._first_id = first_id
        self._hello_id, self._said_hello = 0, b""
        self._reported: set[AttemptKey] = set()
        self._sequence = 0
        self._heard_sequence = 0
        self._sent_at: collections.deque[tuple[int, float]] = collections.deque(maxlen=1024)
        self._lease_s = 1.5
        self._heartbeat_s = 0.5
        self._now = -1e9
        self._heard_at = -1e9
        #: When the newest frame was sent that the edge is known to have heard.
        self._renewed_at = -1e9
        #: When the hello was first sent that the welcome will be about.
        self._hello_at = -1e9
        #: Until when the edge lets robots move.
        self._motion_ends_at = -1e9
        self._next_hello = -1e9
        self._hello_wait_s = _FIRST_HELLO_S
        self._greeting_since: float | None = None
        self._next_heartbeat = self._next_tell = -1e9
        self._said: dict[str, str] = {}
        self.malformed_count = 0
        for robot in robots:
            for entry in ledger.unsettled(robot.name):
                if entry.outcome is None:
                    ledger.finish(robot.name, entry.attempt, failed(
                        "robotLost", "the skill host ended in mid-step; look before relying on what the step changed"))

    @property
    def is_live(self) -> bool:
        return bool(self._session)

    def handle(self, what: Input, now: float) -> list[Action]:
        actions: list[Action] = []
        self._now = now
        if isinstance(what, Frame):
            self._receive(what.data, now, actions)
        elif isinstance(what, Progressed):
            self._progress(what, now, actions)
        elif isinstance(what, Finished):
            self._finish(what, actions)
        elif isinstance(what, Emergency):
            actions += [Stop(*ended) for ended in self._hold.take(what, self._running, now)]
        elif isinstance(what, Unsent):
            if self.is_live:
                self._greet_anew(now)
        elif isinstance(what, Close):
            if self.is_live:
                self._send(actions, goodbye=wire_pb2.Goodbye(reason=what.reason))
            self._session = ""
            return actions
        self._pull_told()
        self._keep_time(now, actions)
        return actions

    def wait_s(self, now: float) -> float:
        """How long nothing needs doing, if nothing comes in."""
        due = [now + 1.0]
        if self.is_live:
            due += [self._renewed_at + self._lease_s, self._next_heartbeat]
            if self._pending:
                due.append(self._next_tell)
        else:
            due.append(self._next_hello)
        for running in self._running.values():
            if running.give_up_at is not None:
                due.append(running.give_up_at)
            elif not running.is_reported:
                due.append(running.deadline)
                if running.on_link_loss == "stop" and running.ending is None:
                    due.append(self._motion_ends_at)
        return max(0.0, min(due) - now)

    def end_all(self, reason: str) -> list[Action]:
        """Tells every running attempt to stop, since the host does."""
        actions: list[Action] = []
        for robot, running in self._running.items():
            if running.ending is None:
                running.ending = model_pb2.Failure(code="robotLost", message=reason)
                actions.append(Stop(robot, running.attempt, reason))
        return actions

    @property
    def is_busy(self) -> bool:
        return any(not running.is_reported for running in self._running.values())

    # Time

    def _keep_time(self, now: float, actions: list[Action]) -> None:
        for robot, running in list(self._running.items()):
            self._supervise(robot, running, now, actions)
        if self.is_live and now - self._renewed_at > self._lease_s:
            actions.append(Note(f"no sign of the edge for {now - self._renewed_at:.1f} s; greeting it anew"))
            self._greet_anew(now)
        if not self.is_live:
            self._greet(now, actions)
            return
        if now >= self._next_heartbeat:
            # The edge answers each. While something moves it is asked more often,
            # so that one answer that is late doesn't bring in the dead-man.
            moving_s = self._motion_lease_s / 4 if self._running else self._heartbeat_s
            self._next_heartbeat = now + min(self._heartbeat_s, moving_s)
            self._send(actions, heartbeat=wire_pb2.Heartbeat(robots=[self._status(r) for r in self._robots.values()]))
        if self._pending and now >= self._next_tell:
            self._next_tell = now + _TELL_S
            self._send(actions, memory_delta=self._take_delta())

    def _supervise(self, robot: str, running: _Running, now: float, actions: list[Action]) -> None:
        if running.is_reported:
            return
        if running.give_up_at is None and now >= running.deadline:
            running.ending = model_pb2.Failure(code="timeout", message="the skill took longer than it may")
            running.give_up_at = now + _STOP_GRACE_S
            actions.append(Stop(robot, running.attempt, running.ending.message))
        if running.ending is None and running.on_link_loss == "stop" and now >= self._motion_ends_at:
            running.ending = model_pb2.Failure(code="canceled", message=LEASE_ENDED)
            running.give_up_at = now + _STOP_GRACE_S
            actions.append(Stop(robot, running.attempt, running.ending.message))
        if running.give_up_at is not None and now >= running.give_up_at and running.ending is not None:
            running.is_reported = True
            outcome = failed(running.ending.code, running.ending.message + "; the skill hasn’t stopped yet")
            actions.append(Note(f"{robot}: {running.ending.message}, and its function doesn’t stop; "
                                "no new work until it does"))
            self._settle(robot, running.attempt, outcome, actions, running.idempotent)

    def _renew_motion(self, lease_ms: int, since: float, actions: list[Action]) -> None:
        """The dead-man: however late an edge's word is read, the lease counts
        from when that was sent which the edge had heard."""
        if lease_ms:
            lease_s = min(lease_ms / 1000, self._motion_lease_s, self._lease_s)
            self._motion_ends_at = since + lease_s
            actions.append(Renewed(self._motion_ends_at))

    def _greet_anew(self, now: float) -> None:
        self._session = ""
        self._hello_wait_s = _FIRST_HELLO_S
        self._next_hello = now
        self._greeting_since = None
        self._hello_id, self._said_hello = 0, b""

    def _greet(self, now: float, actions: list[Action]) -> None:
        if now < self._next_hello:
            return
        if self._greeting_since is None:
            self._greeting_since = now
        elif now - self._greeting_since > _REOPEN_S:
            self._greeting_since = now
            actions.append(Reopen())
        self._next_hello = now + self._hello_wait_s
        self._hello_wait_s = min(2 * self._hello_wait_s, _SLOWEST_HELLO_S)
        hello = self._hello()
        if (said := hello.SerializeToString(deterministic=True)) != self._said_hello:
            self._said_hello = said
            self._hello_id, self._next_id = self._next_id, self._next_id + 1
            self._hello_at = now
            self._reported = {
                (report.attempt.task, report.attempt.step, report.attempt.number)
                for offer in hello.robots for report in offer.attempts if report.HasField("outcome")}
        envelope = wire_pb2.Envelope(version=VERSION, id=self._hello_id, stamp=self._clock.stamp(), hello=hello)
        actions.append(Send(envelope.SerializeToString()))

    # Frames in

    def _receive(self, data: bytes, now: float, actions: list[Action]) -> None:
        envelope = wire_pb2.Envelope()
        try:
            if len(data) > LONGEST_FRAME_BYTES:
                raise ValueError("too large")
            envelope.ParseFromString(data)
            body = envelope.WhichOneof("body")
            if body is None or envelope.version != VERSION:
                raise ValueError(f"version {envelope.version} with body {body}")
        except Exception as error:  # the parser's error type differs between runtimes
            self.malformed_count += 1
            if self.malformed_count & (self.malformed_count - 1) == 0:
                actions.append(Note(f"malformed frame, {self.malformed_count} so far: {error}"))
            return
        self._clock.observe(envelope.stamp)
        if body == "welcome":
            self._welcome(envelope, now, actions)
            return
        is_ours = self.is_live and envelope.session == self._session
        if is_ours and envelope.sequence:
            if envelope.sequence != self._heard_sequence + 1:
                actions.append(Note("frames of the edge got lost; greeting it anew"))
                self._greet_anew(now)
                return
            self._heard_sequence = envelope.sequence
            self._heard(envelope.acknowledged, now)
            self._renew_motion(envelope.motion_lease_ms, self._renewed_at, actions)
        if body == "refused" and (is_ours or not envelope.session or not self.is_live):
            self._refused(envelope.refused, now, actions)
        elif is_ours:
            handler = {
                "invoke": self._invoke, "cancel": self._cancel, "result_stored": self._result_stored,
                "goodbye": self._goodbye,
            }.get(body)
            if handler:
                handler(getattr(envelope, body), envelope.id, now, actions)

    def _heard(self, acknowledged: int, now: float) -> None:
        self._heard_at = now
        if acknowledged == 0:  # an edge that doesn't tell
            self._renewed_at = now
        while self._sent_at and self._sent_at[0][0] <= acknowledged:
            self._renewed_at = self._sent_at.popleft()[1]

    def _welcome(self, envelope: wire_pb2.Envelope, now: float, actions: list[Action]) -> None:
        welcome = envelope.welcome
        if not welcome.session or welcome.session == self._session or welcome.about not in (0, self._hello_id):
            return
        self._session = welcome.session
        self._first_id = self._next_id
        self._hello_id, self._said_hello = 0, b""
        self._sequence = 0
        self._heard_sequence = envelope.sequence
        self._sent_at.clear()
        self._lease_s = min(60.0, max(0.2, (welcome.lease_ms or 1500) / 1000))
        self._heartbeat_s = min(self._lease_s / 2, max(0.02, (welcome.heartbeat_ms or 500) / 1000))
        self._heard_at = self._renewed_at = now
        self._renew_motion(envelope.motion_lease_ms, self._hello_at, actions)
        self._greeting_since = None
        self._next_heartbeat = now
        self._said.clear()
        actions.append(Welcomed(self._session, welcome.estop_port))
        for robot in self._robots:
            for entry in self._ledger.unsettled(robot)[:_MOST_REPORTS]:
                if entry.outcome is not None and entry.attempt not in self._reported:
                    self._send_result(actions, entry.attempt, entry.token, entry.outcome)

    def _refused(self, refused: wire_pb2.Refused, now: float, actions: list[Action]) -> None:
        text = f"the edge refused a frame ({refused.code}): {refused.message}"
        if self._said.get(refused.code) != text:
            self._said[refused.code] = text
            actions.append(Note(text))
        if self.is_live:
            # A late word on a frame of an earlier session says nothing of this one.
            if refused.code == "unknown_session" and not 0 < refused.about < self._first_id:
                self._greet_anew(now)
            elif refused.code == "name_taken":
                # Two that fight for a name would throw one another out for ever.
                self._greet_anew(now)
                self._next_hello = now + _REFUSED_HELLO_S
        else:
            self._greeting_since = now
            self._next_hello = max(self._next_hello, now + _REFUSED_HELLO_S)

    def _invoke(self, invoke: wire_pb2.Invoke, about: int, now: float, actions: list[Action]) -> None:
        key, token = _key(invoke.attempt), (invoke.token.epoch, invoke.token.counter)
        robot = self._robots.get(invoke.robot)
        if robot is None:
            self._refuse(actions, "unknown_robot", f"this host has no robot {invoke.robot}", about)
            return
        if now >= self._motion_ends_at:
            # It waited here while this process stood still, or nobody renews the
            # right to obey it: what is wanted now, the next welcome brings.
            actions.append(Note(f"{robot.name}: an order came without the right to move; greeting the edge anew"))
            self._greet_anew(now)
            self._next_hello = now + _FIRST_HELLO_S
            return
        known = self._ledger.find(robot.name, key)
        if known is not None:
            if known.outcome is None:
                self._send(actions, accept=wire_pb2.Accept(attempt=invoke.attempt, token=_token(known.token)))
            else:
                self._send_result(actions, key, known.token, known.outcome)
            return
        highest = self._ledger.highest_token(robot.name)
        if token <= highest:
            self._refuse(actions, "stale_token", f"{robot.name} has seen the token {highest[0]}.{highest[1]}; "
                         f"{token[0]}.{token[1]} is void", about)
            return
        self._ledger.begin(robot.name, key, token, waits=not invoke.idempotent)
        skill = robot.skills.get(invoke.skill)
        rejection = self._hold.refusal
        if rejection is None and skill is None:
            rejection = failed("rejectedBySkill", f"{robot.name} has no skill {invoke.skill}")
        elif invoke.HasField("votes") and not invoke.idempotent:
            rejection = failed("rejectedBySkill", f"{invoke.skill} isn’t idempotent, and can’t be asked for votes")
        elif robot.name in self._running:
            rejection = failed("resourceConflict", f"{robot.name} is at another attempt")
        else:
            try:
                arguments = skill.signature.bind({a.name: from_wire(a.value) for a in invoke.arguments})
            except WrongType as error:
                rejection = failed("rejectedBySkill", f"{invoke.skill}: {error}")
        if rejection is not None:
            self._settle(robot.name, key, rejection, actions)
            return
        timeout_s = invoke.timeout_ms / 1000
        if timeout_s <= 0:
            timeout_s = skill.manifest["duration"]["timeout_s"] if skill.manifest else 60.0
        self._running[robot.name] = _Running(
            key, token, now + timeout_s, invoke.on_link_loss or "stop", invoke.cancel or "stop",
            invoke.idempotent)
        self._send(actions, accept=wire_pb2.Accept(attempt=invoke.attempt, token=invoke.token))
        votes = (invoke.votes.ahead, invoke.votes.most) if invoke.HasField("votes") else None
        actions.append(Start(
            robot.name, key, skill, arguments, now + timeout_s + OVERRUN_S, invoke.on_link_loss or "stop", votes))

    def _cancel(self, cancel: wire_pb2.Cancel, about: int, now: float, actions: list[Action]) -> None:
        key = _key(cancel.attempt)
        for robot, running in self._running.items():
            if running.attempt == key and not running.is_reported:
                if running.ending is None and running.cancel != "finish":
                    reason = cancel.reason or "canceled"
                    running.ending = model_pb2.Failure(code="canceled", message=reason)
                    actions.append(Stop(robot, key, reason))
                return
        for robot in self._robots:
            known = self._ledger.find(robot, key)
            if known is not None and known.outcome is not None:
                self._send_result(actions, key, known.token, known.outcome)
                return
        self._refuse(actions, "unknown_attempt", "this host never began that attempt", about)

    def _result_stored(self, stored: wire_pb2.ResultStored, about: int, now: float, actions: list[Action]) -> None:
        for robot in self._robots:
            self._ledger.mark_stored(robot, _key(stored.attempt))

    def _goodbye(self, goodbye: wire_pb2.Goodbye, about: int, now: float, actions: list[Action]) -> None:
        actions.append(Note(f"the edge said goodbye: {goodbye.reason}", is_warning=False))
        self._greet_anew(now)

    # Skills' ends

    def _progress(self, progressed: Progressed, now: float, actions: list[Action]) -> None:
        running = self._running.get(progressed.robot)
        if running is None or running.attempt != progressed.attempt or running.is_reported or not self.is_live:
            return
        if now - running.progress_at < _PROGRESS_S and progressed.ratio < 1:
            return
        running.progress_at = now
        self._send(actions, progress=wire_pb2.Progress(
            attempt=_attempt(running.attempt), token=_token(running.token), ratio=progressed.ratio,
            note=clean_text(progressed.note)))

    def _finish(self, finished: Finished, actions: list[Action]) -> None:
        running = self._running.get(finished.robot)
        if running is None or running.attempt != finished.attempt:
            return
        del self._running[finished.robot]
        if running.is_reported:
            actions.append(Note(f"{finished.robot}: the overdue function ended; ready for work again", False))
            return
        outcome = finished.outcome
        # A skill that ended well in spite of a cancel did end well; one that
        # overran its time did not.
        if running.ending is not None and (finished.was_canceled or running.ending.code == "timeout"):
            outcome = model_pb2.Outcome(failure=running.ending, observed=outcome.observed)
        self._settle(finished.robot, finished.attempt, outcome, actions, running.idempotent)

    def _settle(
        self, robot: str, key: AttemptKey, outcome: model_pb2.Outcome, actions: list[Action], idempotent: bool = False,
    ) -> None:
        self._ledger.finish(robot, key, outcome, waits=not idempotent)
        entry = self._ledger.find(robot, key)
        if entry is not None and entry.outcome is not None:
            self._send_result(actions, key, entry.token, entry.outcome)

    # Frames out

    def _send(self, actions: list[Action], **body: Any) -> None:
        self._sequence += 1
        envelope = wire_pb2.Envelope(
            version=VERSION, id=self._next_id, session=self._session, sequence=self._sequence,
            stamp=self._clock.stamp(), acknowledged=self._heard_sequence, **body)
        self._next_id += 1
        self._sent_at.append((self._sequence, self._now))
        actions.append(Send(envelope.SerializeToString()))

    def _refuse(self, actions: list[Action], code: str, message: str, about: int) -> None:
        self._send(actions, refused=wire_pb2.Refused(code=code, message=message, about=about))

    def _send_result(
        self, actions: list[Action], key: AttemptKey, token: TokenKey, outcome: model_pb2.Outcome,
    ) -> None:
        if self.is_live:
            self._send(actions, result=wire_pb2.Result(attempt=_attempt(key), token=_token(token), outcome=outcome))

    def _hello(self) -> wire_pb2.Hello:
        hello = wire_pb2.Hello(
            lowest_version=VERSION, highest_version=VERSION, role=wire_pb2.PEER_ROLE_SKILL_HOST,
            name=self.name, software=self._software)
        manifests: dict[str, str] = {}
        for robot in self._robots.values():
            hello.robots.append(wire_pb2.RobotOffer(
                robot=robot.name, description=robot.description, skills=list(robot.skills),
                attempts=[
                    wire_pb2.AttemptReport(
                        attempt=_attempt(entry.attempt), token=_token(entry.token), outcome=entry.outcome)
                    for entry in self._ledger.unsettled(robot.name)[:_MOST_REPORTS]
                ]))
            # Always there: it says that this host keeps a ledger.
            hello.robots[-1].highest_token.CopyFrom(_token(self._ledger.highest_token(robot.name)))
            for skill in robot.skills.values():
                if skill.manifest is not None:
                    manifests.setdefault(skill.name, json.dumps(skill.manifest))
        hello.manifests.extend(manifests.values())
        return hello

    def _status(self, robot: Robot) -> wire_pb2.RobotStatus:
        ready, pose, battery_ratio = robot.status()
        running = self._running.get(robot.name)
        status = wire_pb2.RobotStatus(
            robot=robot.name, ready=ready and not self._hold.is_latched and not (running and running.is_reported), battery_ratio=battery_ratio)
        if pose is not None:
            status.pose.CopyFrom(pose_to_wire(pose))
        return status

    def _pull_told(self) -> None:
        for robot in self._robots.values():
            for key, value in robot.take_told().items():
                self._pending.pop(key, None)
                self._pending[key] = (self._clock.stamp(), f"robot:{robot.name}", value)
        while len(self._pending) > 4096:
            del self._pending[next(iter(self._pending))]

    def _take_delta(self) -> wire_pb2.MemoryDelta:
        delta = wire_pb2.MemoryDelta()
        for key in list(self._pending)[:256]:
            stamp, source, value = self._pending.pop(key)
            kind, _, name = key.partition(" ")
            if isinstance(value, Pose):
                delta.operations.add(pose=wire_pb2.EntityPose(
                    entity=name, pose=pose_to_wire(value), stamp=stamp, source=source))
            else:
                delta.operations.add(fact=model_pb2.FactRecord(
                    fact=name, holds=value, certainty="observed", confidence=1.0, stamp=stamp, source=source))
        return delta


def _key(attempt: model_pb2.AttemptId) -> AttemptKey:
    return attempt.task, attempt.step, attempt.number


def _attempt(key: AttemptKey) -> model_pb2.AttemptId:
    return model_pb2.AttemptId(task=key[0], step=key[1], number=key[2])


def _token(token: TokenKey) -> model_pb2.Token:
    return model_pb2.Token(epoch=token[0], counter=token[1])
