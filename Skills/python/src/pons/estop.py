"""The e-stop in a skill host: a socket and a thread of its own, and a latch
that outlives the process.

It is an operational stop, and no certified safety function: keep a hardware
stop at hand. A skill that never lets other Python threads run holds it up too.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterable

import zmq

from .v1 import estop_pb2

_log = logging.getLogger("pons")
VERSION = 1
LONGEST_FRAME_BYTES = 1 << 20
_BEAT_S, _BEATS_PER_REPORT, _SILENCE_S = 0.2, 5, 2.0
_LONGEST_BY, _LONGEST_REASON = 128, 512
# How far a press's number, made from a clock in ms, may be ahead of ours.
_MOST_AHEAD_MS = 7 * 86_400_000


class Latch:
    """Presses that nobody has released, and how far each station's were.

    Both only grow: knowledge of any age, in any order, any number of times,
    can be joined."""

    def __init__(self) -> None:
        self.presses: dict[str, estop_pb2.EmergencyPress] = {}
        self.releases: dict[str, int] = {}

    def press(self, station: str, by: str, reason: str, now_ms: int) -> None:
        known = self.presses.get(station)
        last = max(known.number if known else 0, self.releases.get(station, 0))
        press = estop_pb2.EmergencyPress()
        if known:
            press.CopyFrom(known)
        else:
            press.station, press.by, press.reason = station, _line(by, _LONGEST_BY), _line(reason, _LONGEST_REASON)
            press.at_unix_ns = now_ms * 1_000_000
        press.number = max(last + 1, now_ms)
        self.presses[station] = press

    def join(self, state: estop_pb2.EmergencyState, own: str, now_ms: int) -> bool:
        """Takes over what the station above says; whether that changed anything."""
        before = self.text()
        for release in state.releases:
            if release.number <= now_ms + _MOST_AHEAD_MS:
                self._release(release.station, release.number)
        for press in state.presses:
            if press.number > now_ms + _MOST_AHEAD_MS:
                if own not in self.presses:
                    self.press(own, press.by, press.reason, now_ms)
            elif press.number > self.releases.get(press.station, 0):
                known = self.presses.get(press.station)
                if known is None or known.number < press.number:
                    self.presses[press.station] = press
        return self.text() != before

    def _release(self, station: str, number: int) -> None:
        self.releases[station] = max(number, self.releases.get(station, 0))
        known = self.presses.get(station)
        if known and known.number <= number:
            del self.presses[station]

    @property
    def cause(self) -> str | None:
        """Who pressed first, and why; None where nothing is latched."""
        if not self.presses:
            return None
        first = min(self.presses.values(), key=lambda press: (press.at_unix_ns, press.station))
        return f"{first.by}: {first.reason}" if first.reason else first.by

    def text(self) -> str:
        return json.dumps({
            "presses": [[p.station, p.number, p.by, p.reason, p.at_unix_ns] for _, p in sorted(self.presses.items())],
            "releases": sorted(self.releases.items())})

    @staticmethod
    def of(text: str) -> Latch:
        """Raises ValueError or TypeError for a text that is no latch."""
        latch, fields = Latch(), json.loads(text)
        for station, number, by, reason, at in fields["presses"]:
            latch.presses[station] = estop_pb2.EmergencyPress(
                station=station, number=number, by=by, reason=reason, at_unix_ns=at)
        latch.releases = {str(station): int(number) for station, number in fields["releases"]}
        return latch


class EmergencyStop:
    """Hears the e-stop of the edge, by a thread of its own.

    - stop: called on that thread with who and why, when it is pressed; what
      moves must have been told to stop when it returns.
    - release: called when nothing is latched any more.
    - channel: called with whether the edge's e-stop is heard, when that changes.
    """

    def __init__(
        self, station: str, robots: Iterable[str], folder: Path, stop: Callable[[str], None],
        release: Callable[[], None], channel: Callable[[bool], None],
    ) -> None:
        self._station, self._robots, self._file = station, sorted(robots), folder / "estop.json"
        self._stop, self._release, self._channel = stop, release, channel
        self._latch = self._load()
        self._has_stopped = self._latch.cause is not None
        self._wake_out, self._wake_in = socket.socketpair()
        self._wake_out.setblocking(False)
        self._wake_in.setblocking(False)
        self._lock = threading.Lock()
        self._wanted: str | None = None
        self._pressed: list[tuple[str, str]] = []
        self._closing = False
        self._heard = estop_pb2.EmergencyReport(station=station)
        self._heard_at = time.monotonic()
        self._silence_s, self._is_heard, self._beats = _SILENCE_S, True, 0
        self._thread = threading.Thread(target=self._run, name="pons-estop", daemon=True)

    @property
    def cause(self) -> str | None:
        """Who pressed and why, while it is latched."""
        return self._latch.cause

    def start(self) -> None:
        self._thread.start()

    def connect(self, address: str) -> None:
        """Obeys the station at `address` from here on. Any thread."""
        with self._lock:
            self._wanted = address
        self._wake()

    def press(self, by: str, reason: str = "") -> None:
        """A robot's own button. Any thread."""
        with self._lock:
            self._pressed.append((by, reason))
        self._wake()

    def close(self) -> None:
        self._closing = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join(2)
        self._wake_out.close()
        self._wake_in.close()

    # On the thread

    def _run(self) -> None:
        try:
            # Before other threads of the machine, where the system allows it,
            # and with it libzmq's own, which the first socket here starts.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -15)
        except OSError:
            pass
        context = zmq.Context()
        dealer: zmq.Socket | None = None
        address: str | None = None
        next_beat = time.monotonic() + _BEAT_S
        try:
            while not self._closing:
                self._poll(dealer, next_beat)
                with self._lock:
                    wanted, pressed, self._pressed = self._wanted, self._pressed, []
                for by, reason in pressed:
                    self._latch.press(self._station, by, reason, time.time_ns() // 1_000_000)
                    self._changed(dealer)
                if wanted and wanted != address:
                    if dealer is not None:
                        dealer.close(linger=0)
                    dealer, address = self._open(context, wanted), wanted
                    self._heard_at = time.monotonic()
                    self._report(dealer)
                if dealer is not None:
                    self._receive(dealer)
                now = time.monotonic()
                if now >= next_beat:
                    next_beat = now + _BEAT_S
                    self._beat(dealer, now)
        except Exception:
            _log.exception("the e-stop's thread ended by a defect; everything is stopped")
            self._stop("the e-stop of this host has failed")
        finally:
            if dealer is not None:
                dealer.close(linger=100)
            context.term()

    def _open(self, context: zmq.Context, address: str) -> zmq.Socket:
        dealer = context.socket(zmq.DEALER)
        for option, value in (
                (zmq.LINGER, 0), (zmq.IMMEDIATE, 1), (zmq.RECONNECT_IVL, 50), (zmq.RECONNECT_IVL_MAX, 200),
                (zmq.SNDHWM, 100), (zmq.MAXMSGSIZE, LONGEST_FRAME_BYTES), (zmq.HEARTBEAT_IVL, 1000),
                (zmq.HEARTBEAT_TIMEOUT, 3000)):
            dealer.setsockopt(option, value)
        dealer.connect(address)
        return dealer

    def _poll(self, dealer: zmq.Socket | None, until: float) -> None:
        poller = zmq.Poller()
        poller.register(self._wake_in.fileno(), zmq.POLLIN)
        if dealer is not None:
            poller.register(dealer, zmq.POLLIN)
        poller.poll(max(0, int((until - time.monotonic()) * 1000) + 1))
        try:
            while self._wake_in.recv(4096):
                pass
        except BlockingIOError:
            pass

    def _receive(self, dealer: zmq.Socket) -> None:
        for _ in range(256):
            try:
                data = dealer.recv_multipart(zmq.NOBLOCK)[-1]
            except zmq.Again:
                return
            frame = estop_pb2.EmergencyFrame()
            try:
                frame.ParseFromString(data)
            except Exception:  # the parser's error type differs between runtimes
                continue
            if frame.version == VERSION and frame.WhichOneof("body") == "state":
                self._hear(frame.state, dealer)

    def _hear(self, state: estop_pb2.EmergencyState, dealer: zmq.Socket) -> None:
        self._heard_at = time.monotonic()
        self._heard.epoch, self._heard.sequence = state.epoch, state.sequence
        self._silence_s = min(60.0, max(_SILENCE_S, state.beat_ms / 100))
        if not self._is_heard:
            self._is_heard = True
            self._channel(True)
        if self._latch.join(state, self._station, time.time_ns() // 1_000_000):
            self._changed(dealer)

    def _changed(self, dealer: zmq.Socket | None) -> None:
        cause = self._latch.cause
        if cause is not None:
            self._stop(cause)
            self._has_stopped = True
        elif self._has_stopped:
            self._has_stopped = False
            self._release()
        self._report(dealer)
        self._store()

    def _beat(self, dealer: zmq.Socket | None, now: float) -> None:
        if dealer is None:
            return
        self._beats += 1
        silent_s = now - self._heard_at
        if self._is_heard and silent_s > self._silence_s:
            self._is_heard = False
            self._channel(False)
        # An edge that was restarted knows of this station only by its report.
        if silent_s > 2 * _BEAT_S or self._beats % _BEATS_PER_REPORT == 0:
            self._report(dealer)

    def _report(self, dealer: zmq.Socket | None) -> None:
        if dealer is None:
            return
        report = estop_pb2.EmergencyReport(
            station=self._station, epoch=self._heard.epoch, sequence=self._heard.sequence,
            presses=[press for _, press in sorted(self._latch.presses.items())],
            robots=[estop_pb2.EmergencyRobot(robot=robot, stopped=self._has_stopped) for robot in self._robots])
        try:
            dealer.send(estop_pb2.EmergencyFrame(version=VERSION, report=report).SerializeToString(), zmq.NOBLOCK)
        except zmq.Again:
            pass  # no connection; the next beat tries again

    def _wake(self) -> None:
        try:
            self._wake_out.send(b"!")
        except OSError:
            pass  # awake already

    # The file

    def _load(self) -> Latch:
        try:
            return Latch.of(self._file.read_text())
        except FileNotFoundError:
            return Latch()
        except Exception:  # whatever is wrong with it, nobody knows that it isn't pressed
            latch = Latch()
            latch.press(self._station, "pons", "the e-stop’s file can’t be read", time.time_ns() // 1_000_000)
            return latch

    def _store(self) -> None:
        draft = self._file.with_suffix(".new")
        try:
            with open(draft, "w") as file:
                file.write(self._latch.text())
                file.flush()
                os.fsync(file.fileno())
            os.rename(draft, self._file)
            folder = os.open(self._file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            # The latch holds in this process, and at the edge.
            _log.critical("the e-stop's latch can't be put on disk: %s", error)


def _line(text: str, limit: int) -> str:
    """One line of at most so many bytes."""
    plain = "".join(character if character.isprintable() else " " for character in str(text))
    return plain.encode()[:limit].decode(errors="ignore")
