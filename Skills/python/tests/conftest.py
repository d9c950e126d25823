from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from fake_edge import FakeEdge
from pons import Host, Robot


class Served:
    """A host on a thread of its own."""

    def __init__(self, robots: list[Robot], **options: Any) -> None:
        self.host = Host(robots, **options)
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            asyncio.run(self.host.serve())
        except BaseException as error:
            self.error = error

    def stop(self) -> None:
        self.host.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def edge() -> Iterator[FakeEdge]:
    edge = FakeEdge()
    yield edge
    edge.close()


@pytest.fixture
def serve(edge: FakeEdge, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    served: list[Served] = []

    def start(*robots: Robot, **options: Any) -> Served:
        options = {"edge": edge.address, "name": "host", "state": tmp_path / "state", "motion_lease_s": 4.0, **options}
        served.append(Served(list(robots), **options))
        return served[-1]

    yield start
    for one in served:
        one.stop()
