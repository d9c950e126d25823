"""The process that runs skills: a socket, a thread for it, and the functions.

The socket has a thread of its own, so that a skill that blocks its event loop
still times out, and the robot isn't taken for lost.
"""

from __future__ import annotations

import asyncio
import collections
import logging
import os
import secrets
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable

import zmq

from .attempt import LEASE_ENDED, Attempt, Canceled
from .ballot import Ballot
from .clock import HybridClock
from .emergency import Emergency
from .estop import EmergencyStop
from .failure import Failure
from .ledger import Ledger
from .manifest import DeclarationError
from .motion_lease import DeadMan
from .robot import Robot
from .session import (
    LONGEST_FRAME_BYTES, MOTION_LEASE_S, Close, Finished, Frame, Input, Note, Progressed, Renewed, Reopen, Send,
    Session, Start, Stop, Tick, Unsent, Welcomed, failed)
from .values import WrongType, is_identifier, to_wire
from .v1 import model_pb2

_log = logging.getLogger("pons")
_DEFAULT_EDGE = "tcp://127.0.0.1:7601"
_CLOSING_S = 1.5
_OVERSLEPT_S = 0.2


@dataclass
class _Execution:
    attempt: Attempt
    task: asyncio.Task[None] | None = None


class Host:
    """Serves robots' skills to one edge, for as long as `run` runs.

    - edge: the edge's address, else `$PONS_EDGE`, else `tcp://127.0.0.1:7601`.
    - name: the host's own, stable over restarts; else the robots' names.
    - state: the folder for what must survive a restart, else
      `$PONS_HOST_STATE/<name>`, else `~/.local/state/pons/<name>`.
    - motion_lease_s: how long robots may move at most after the edge was last
      known to hear this host; the edge may allow less. Then a skill whose
      `on_link_loss` is `stop` is stopped, and none begins until it is renewed.
    - on_welcome: called, on the socket's thread, at each new session.

    Raises HostNameTaken, from `run`, where another process has the folder.
    """

    def __init__(
        self, robots: Iterable[Robot], *, edge: str | None = None, name: str | None = None,
        state: str | os.PathLike[str] | None = None, motion_lease_s: float = MOTION_LEASE_S,
        on_welcome: Callable[[], None] = lambda: None,
    ) -> None:
        self._robots = list(robots)
        names = [robot.name for robot in self._robots]
        if not names or len(set(names)) != len(names):
            raise DeclarationError("a host needs one robot at least, and no two of one name")
        self.name = name or "host." + ".".join(sorted(names))[:100]
        if not is_identifier(self.name):
            raise DeclarationError(f"“{self.name}” can't name a host; use letters, digits, _, - and .")
        for robot in self._robots:
            if not robot.skills:
                raise DeclarationError(f"{robot.name} has no skill; declare one with @robot.skill")
        self._edge = edge or os.environ.get("PONS_EDGE") or _DEFAULT_EDGE
        root = Path(os.environ.get("PONS_HOST_STATE") or Path.home() / ".local/state/pons")
        self._folder = Path(state) if state else root / self.name
        self._motion_lease_s = motion_lease_s
        self._on_welcome = on_welcome
        self._inputs: collections.deque[Input] = collections.deque()
        self._wake_out: socket.socket | None = None
        self._wake_in: socket.socket | None = None
        self._stopping = threading.Event()
        self._executions: dict[tuple[str, tuple[str, str, int]], _Execution] = {}
        self._executions_lock = threading.Lock()
        self._dead_man: DeadMan | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._estop: EmergencyStop | None = None
        self._halted: str | None = None

    def run(self) -> None:
        """Serves until SIGTERM, SIGINT or `stop`; for a program's main thread."""
        if not logging.getLogger().handlers:
            logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        asyncio.run(self._run())

    async def _run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        await self.serve()

    async def serve(self) -> None:
        """Serves until `stop`; async skills run on the calling event loop."""
        self._loop = asyncio.get_running_loop()
        ledger = Ledger(self._folder)
        dead_man = self._dead_man = DeadMan(self._stop_for_want_of_lease)
        estop = EmergencyStop(self.name, (robot.name for robot in self._robots), self._folder, self._halt,
                              self._unhalt, lambda heard: self._enter(Emergency(self._halted, heard)))
        self._estop, self._halted = estop, estop.cause
        if self._halted is not None:
            _log.warning("%s: the e-stop is latched: %s", self.name, self._halted)
            self._inputs.append(Emergency(self._halted))
        done = asyncio.Event()
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        loop = self._loop

        def talk() -> None:
            try:
                self._talk(ledger)
            except Exception:
                _log.exception("the socket's thread ended by a defect")
            finally:
                estop.close()
                ledger.close()
                dead_man.close()
                wake_out, self._wake_out = self._wake_out, None
                for end in (wake_out, self._wake_in):
                    if end is not None:
                        end.close()
                try:
                    loop.call_soon_threadsafe(done.set)
                except RuntimeError:
                    pass  # the loop was closed under us

        for robot in self._robots:
            robot.on_told(self._wake)
            robot.on_button(estop.press)
        estop.start()
        threading.Thread(target=talk, name="pons", daemon=True).start()
        try:
            await done.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Ends `run` and `serve`: stops what runs, says goodbye. Any thread."""
        self._stopping.set()
        self._wake()

    # The socket's thread

    def _talk(self, ledger: Ledger) -> None:
        from . import __version__
        session = Session(self.name, f"pons-python {__version__}", self._robots, ledger,
                          HybridClock(self.name), self._motion_lease_s, first_id=1 + secrets.randbits(40))
        context = zmq.Context()
        dealer = self._open(context)
        closing_until: float | None = None
        try:
            while True:
                now = time.monotonic()
                if self._stopping.is_set() and closing_until is None:
                    closing_until = now + _CLOSING_S
                    dealer = self._perform(session.end_all("the skill host is stopping"), dealer, context)
                if closing_until is not None and (now > closing_until or not session.is_busy):
                    self._perform(session.handle(Close("stopping"), now), dealer, context)
                    return
                wait_s = session.wait_s(now) if closing_until is None else 0.02
                self._poll(dealer, wait_s)
                if time.monotonic() > now + wait_s + _OVERSLEPT_S:
                    # This process stood still, not the edge: its words may wait in the socket.
                    self._poll(dealer, 0.05)
                for what in self._take_inputs(dealer):
                    dealer = self._perform(session.handle(what, time.monotonic()), dealer, context)
        finally:
            dealer.close(linger=300)
            context.term()

    def _open(self, context: zmq.Context) -> zmq.Socket:
        dealer = context.socket(zmq.DEALER)
        dealer.setsockopt(zmq.IDENTITY, self.name.encode())
        dealer.setsockopt(zmq.LINGER, 0)
        dealer.setsockopt(zmq.IMMEDIATE, 1)
        dealer.setsockopt(zmq.RECONNECT_IVL, 50)
        dealer.setsockopt(zmq.RECONNECT_IVL_MAX, 500)
        dealer.setsockopt(zmq.MAXMSGSIZE, LONGEST_FRAME_BYTES)
        dealer.connect(self._edge)
        return dealer

    def _poll(self, dealer: zmq.Socket, wait_s: float) -> None:
        poller = zmq.Poller()
        poller.register(dealer, zmq.POLLIN)
        assert self._wake_in is not None
        poller.register(self._wake_in.fileno(), zmq.POLLIN)
        # Rounded up: a wait cut short would spin.
        poller.poll(int(wait_s * 1000) + 1)
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            pass

    def _take_inputs(self, dealer: zmq.Socket) -> list[Input]:
        # What came from the edge is first: time is judged with each input, and
        # the edge isn't silent while its words wait here.
        inputs: list[Input] = []
        for _ in range(256):
            try:
                parts = dealer.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                break
            inputs.append(Frame(parts[-1]))
        while self._inputs:
            inputs.append(self._inputs.popleft())
        inputs.append(Tick())
        return inputs

    def _perform(self, actions: list[Any], dealer: zmq.Socket, context: zmq.Context) -> zmq.Socket:
        for action in actions:
            if isinstance(action, Send):
                try:
                    dealer.send(action.data, zmq.NOBLOCK)
                except zmq.Again:
                    self._inputs.append(Unsent())  # the next Hello carries what matters
            elif isinstance(action, Start):
                self._start(action)
            elif isinstance(action, Stop):
                self._stop_attempt(action)
            elif isinstance(action, Reopen):
                dealer.close(linger=0)
                dealer = self._open(context)
            elif isinstance(action, Renewed):
                assert self._dead_man is not None
                self._dead_man.renew(action.until)
            elif isinstance(action, Welcomed):
                _log.info("%s: session %s with %s", self.name, action.session, self._edge)
                if action.estop_port and self._estop is not None:
                    self._estop.connect(f"tcp://{_host_of(self._edge)}:{action.estop_port}")
                self._on_welcome()
            elif isinstance(action, Note):
                _log.log(logging.WARNING if action.is_warning else logging.INFO, "%s: %s", self.name, action.text)
        return dealer

    # Running functions

    def _start(self, start: Start) -> None:
        def report(ratio: float, note: str) -> None:
            self._enter(Progressed(start.robot, start.attempt, ratio, note))

        dead_man, key = self._dead_man, (start.robot, start.attempt)
        assert dead_man is not None
        attempt = Attempt(start.robot, *start.attempt, report=report, may_move=lambda: dead_man.may_move(key))
        execution = _Execution(attempt)
        with self._executions_lock:
            self._executions[key] = execution
            halted = self._halted
        if halted is not None:
            attempt.cancel(f"e-stop: {halted}")
            self._end(start, execution, failed("canceled", f"e-stop: {halted}"), True)
            return
        if not dead_man.begin(key, start.on_link_loss, start.ends_at):
            attempt.cancel(LEASE_ENDED)
            self._end(start, execution, _outcome_of_canceled(), True)
            return
        _log.info("%s: %s begins %s", start.robot, attempt, start.skill.name)
        if start.skill.is_async:
            assert self._loop is not None
            self._loop.call_soon_threadsafe(self._start_task, start, execution)
        else:
            threading.Thread(
                target=self._run_plain, args=(start, execution), name=f"{start.robot}.{start.skill.name}",
                daemon=True).start()

    def _start_task(self, start: Start, execution: _Execution) -> None:
        if execution.attempt.canceled:
            self._end(start, execution, _outcome_of_canceled(), True)
            return
        assert self._loop is not None
        execution.task = self._loop.create_task(self._run_async(start, execution))

    async def _run_async(self, start: Start, execution: _Execution) -> None:
        ballot = Ballot(*start.votes) if start.votes else None
        while True:
            outcome, was_canceled = _outcome_of_canceled(), True
            try:
                value = await start.skill.function(**_call_arguments(start, execution))
                outcome, was_canceled = _outcome_of_value(start, value), False
            except asyncio.CancelledError:
                if not execution.attempt.canceled and not self._stopping.is_set():
                    outcome, was_canceled = failed("skillError", "the skill canceled itself"), False
            except BaseException as error:
                outcome, was_canceled = _outcome_of_error(start, error)
            if (last := _voted(ballot, outcome, was_canceled, execution)) is not None:
                self._end(start, execution, *last)
                return
            # A skill that never waits mustn't keep the loop to itself.
            await asyncio.sleep(0)

    def _run_plain(self, start: Start, execution: _Execution) -> None:
        ballot = Ballot(*start.votes) if start.votes else None
        while True:
            try:
                value = start.skill.function(**_call_arguments(start, execution))
                outcome, was_canceled = _outcome_of_value(start, value), False
            except BaseException as error:
                outcome, was_canceled = _outcome_of_error(start, error)
            if (last := _voted(ballot, outcome, was_canceled, execution)) is not None:
                self._end(start, execution, *last)
                return

    def _end(self, start: Start, execution: _Execution, outcome: model_pb2.Outcome, was_canceled: bool) -> None:
        outcome.observed.extend(execution.attempt.observed)
        try:
            outcome.observed.extend(self._robot(start.robot).look())
        except Exception:
            _log.exception("%s can’t look", start.robot)
        assert self._dead_man is not None
        self._dead_man.end((start.robot, start.attempt))
        with self._executions_lock:
            self._executions.pop((start.robot, start.attempt), None)
        _log.info("%s: %s ended %s", start.robot, execution.attempt,
                  f"with {outcome.failure.code}: {outcome.failure.message}" if outcome.HasField("failure") else "well")
        self._enter(Finished(start.robot, start.attempt, outcome, was_canceled))

    def _robot(self, name: str) -> Robot:
        return next(robot for robot in self._robots if robot.name == name)

    def _halt(self, cause: str) -> None:
        """On the e-stop's thread: each robot's own way to its safe state first."""
        with self._executions_lock:
            self._halted = cause
            executions = list(self._executions.values())
        # Before any skill ends by it, so that it is known why.
        self._enter(Emergency(cause))
        for robot in self._robots:
            try:
                robot.come_to_rest()
            except Exception:
                _log.exception("%s can’t come to rest", robot.name)
        for execution in executions:
            self._cancel(execution, f"e-stop: {cause}")
        _log.warning("%s: e-stop: %s", self.name, cause)

    def _unhalt(self) -> None:
        with self._executions_lock:
            self._halted = None
        self._enter(Emergency(None))
        _log.warning("%s: the e-stop is released", self.name)

    def _stop_attempt(self, stop: Stop) -> None:
        with self._executions_lock:
            execution = self._executions.get((stop.robot, stop.attempt))
        if execution is not None:
            self._cancel(execution, stop.reason)

    def _cancel(self, execution: _Execution, reason: str) -> None:
        execution.attempt.cancel(reason)

        def cancel_task() -> None:
            if execution.task is not None:
                execution.task.cancel(reason)

        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(cancel_task)
        except RuntimeError:
            pass  # the loop was closed under us

    def _stop_for_want_of_lease(self, key: Any) -> None:
        """On the dead-man's thread: the robot's own way to its safe state
        first, since the skill may heed nothing."""
        robot, attempt = key
        _log.warning("%s: nobody renews the right to move; stopping", robot)
        try:
            self._robot(robot).come_to_rest()
        except Exception:
            _log.exception("%s can’t come to rest", robot)
        self._stop_attempt(Stop(robot, attempt, LEASE_ENDED))

    def _enter(self, what: Input) -> None:
        self._inputs.append(what)
        self._wake()

    def _wake(self) -> None:
        wake_out = self._wake_out
        try:
            if wake_out is not None:
                wake_out.send(b"!")
        except OSError:
            pass  # awake already, or just closed


def _host_of(address: str) -> str:
    """An edge that is reached over a file is on this machine."""
    return address[6:].rpartition(":")[0] if address.startswith("tcp://") else "127.0.0.1"


def _call_arguments(start: Start, execution: _Execution) -> dict[str, Any]:
    arguments = dict(start.arguments)
    if start.skill.signature.attempt_parameter:
        arguments[start.skill.signature.attempt_parameter] = execution.attempt
    return arguments


def _voted(
    ballot: Ballot | None, outcome: model_pb2.Outcome, was_canceled: bool, execution: _Execution,
) -> tuple[model_pb2.Outcome, bool] | None:
    """The attempt's one outcome; None where the skill has to be asked again."""
    if ballot is None or was_canceled:
        return outcome, was_canceled
    if (winner := ballot.take(outcome)) is not None:
        return winner, False
    return (_outcome_of_canceled(), True) if execution.attempt.canceled else None


def _outcome_of_value(start: Start, value: Any) -> model_pb2.Outcome:
    try:
        returns = start.skill.signature.check_returns(value)
    except WrongType as error:
        return failed("skillError", f"{start.skill.name} {error}")
    return model_pb2.Outcome(
        returns=[model_pb2.Argument(name=name, value=to_wire(part)) for name, part in returns.items()])


def _outcome_of_error(start: Start, error: BaseException) -> tuple[model_pb2.Outcome, bool]:
    if isinstance(error, Canceled):
        return _outcome_of_canceled(), True
    if isinstance(error, Failure):
        return failed(error.code, error.message), False
    _log.error("%s raised", start.skill.name, exc_info=error)
    return failed("skillError", f"{start.skill.name} raised {type(error).__name__}: {error}"), False


def _outcome_of_canceled() -> model_pb2.Outcome:
    return failed("canceled", "canceled")
