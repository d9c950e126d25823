"""The dead-man's switch: until when a process may move its robots.

`MotionLease` decides and has neither clock nor thread; `DeadMan` runs it on a
thread of its own, which no event loop, no disk and no skill's function holds
up, by `time.monotonic`.

Rules: without a lease nothing begins; when it ends, what stops without a link
is stopped; time is looked at before a renewal is; the newest renewal counts;
past its own end no attempt moves its robot, also not one whose process stood
still meanwhile.
"""

from __future__ import annotations

import threading
import time
from typing import Callable, Hashable


class MotionLease:
    def __init__(self) -> None:
        #: Until when robots may move; None while there is no lease.
        self.until: float | None = None
        self._running: dict[Hashable, tuple[str, float]] = {}
        self._stopped: set[Hashable] = set()

    def is_live(self, now: float) -> bool:
        return self.until is not None and now < self.until

    def may_move(self, key: Hashable, now: float) -> bool:
        """Whether an attempt may go on moving: right even before the end of the
        lease has been acted on."""
        if key not in self._running or key in self._stopped:
            return False
        mode, end = self._running[key]
        return now < end and (mode != "stop" or self.is_live(now))

    def advance(self, now: float) -> list[Hashable]:
        """Which attempts have to stop now."""
        if self.until is None or now < self.until:
            return []
        self.until = None
        bound = [key for key, (mode, _) in self._running.items() if mode == "stop" and key not in self._stopped]
        self._stopped.update(bound)
        return bound

    def renew(self, until: float, now: float) -> list[Hashable]:
        stops = self.advance(now)
        if now < until:
            self.until = until
        elif self.until is not None:
            self.until = now
            stops += self.advance(now)
        return stops

    def begin(self, key: Hashable, on_link_loss: str, now: float, end: float) -> tuple[bool, list[Hashable]]:
        """Whether the attempt may begin, and which others have to stop.

        - end: when its own time is over, whatever the lease says.
        """
        stops = self.advance(now)
        self._running[key] = (on_link_loss, end)
        if self.until is None:
            self._stopped.add(key)
        return self.until is not None, stops

    def end(self, key: Hashable) -> None:
        self._running.pop(key, None)
        self._stopped.discard(key)


class DeadMan:
    """Calls `stop(key)`, on its own thread, for each attempt whose lease has
    ended. Every method may be called from any thread."""

    def __init__(self, stop: Callable[[Hashable], None]) -> None:
        self._stop = stop
        self._lease = MotionLease()
        self._changed = threading.Condition()
        self._is_closed = False
        threading.Thread(target=self._watch, name="pons-dead-man", daemon=True).start()

    def renew(self, until: float) -> None:
        with self._changed:
            sooner = self._lease.until is None or until < self._lease.until
            stops = self._lease.renew(until, time.monotonic())
            if sooner:  # a thread that wakes too early looks again
                self._changed.notify()
        self._stop_all(stops)

    def begin(self, key: Hashable, on_link_loss: str, end: float) -> bool:
        with self._changed:
            may_begin, stops = self._lease.begin(key, on_link_loss, time.monotonic(), end)
        self._stop_all(stops)
        return may_begin

    def end(self, key: Hashable) -> None:
        with self._changed:
            self._lease.end(key)

    def may_move(self, key: Hashable) -> bool:
        with self._changed:
            return self._lease.may_move(key, time.monotonic())

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                if self._is_closed:
                    return
                until = self._lease.until
                if until is None:
                    self._changed.wait()
                elif (left := until - time.monotonic()) > 0:
                    self._changed.wait(left)
                stops = self._lease.advance(time.monotonic())
            self._stop_all(stops)

    def _stop_all(self, keys: list[Hashable]) -> None:
        for key in keys:
            self._stop(key)
