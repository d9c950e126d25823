"""Hybrid logical time, as Pons stamps its frames (Kulkarni et al., 2014)."""

from __future__ import annotations

import threading
import time

from .v1 import model_pb2


class HybridClock:
    """Makes stamps that never go back, whatever the wall clock does."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._wall_ms = 0
        self._counter = 0
        self._lock = threading.Lock()

    def stamp(self) -> model_pb2.HybridStamp:
        with self._lock:
            self._advance(time.time_ns() // 1_000_000)
            return model_pb2.HybridStamp(wall_ms=self._wall_ms, counter=self._counter, origin=self._origin)

    def observe(self, other: model_pb2.HybridStamp) -> None:
        """Takes note of a stamp from elsewhere: what follows here is later.
        A stamp more than a minute ahead is a broken clock, and is ignored."""
        now = time.time_ns() // 1_000_000
        with self._lock:
            if other.wall_ms > now + 60_000 or (other.wall_ms, other.counter) <= (self._wall_ms, self._counter):
                return
            self._wall_ms, self._counter = other.wall_ms, other.counter
            self._advance(now)

    def _advance(self, now: int) -> None:
        if now > self._wall_ms:
            self._wall_ms, self._counter = now, 0
        elif self._counter < 0xFFFF_FFFF:
            self._counter += 1
        else:
            self._wall_ms, self._counter = self._wall_ms + 1, 0
