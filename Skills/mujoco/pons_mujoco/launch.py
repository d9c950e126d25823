"""Starts the scene and its robots, each a process of its own, and stops them all.

    python -m pons_mujoco.launch --edge tcp://127.0.0.1:7601 --pictures DIR

Prints one line that begins with “ready” when every robot has been welcomed by
the edge. On SIGTERM or SIGINT the robots say goodbye, the last picture is
drawn, and nothing is left running. A robot that ends by itself is logged; the
others go on.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import layout, link

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Launch:
    """The processes, by name."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._selector = selectors.DefaultSelector()
        self.is_stopping = False

    def start(self, name: str, module: str, *arguments: str) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", f"pons_mujoco.{module}", *arguments], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, preexec_fn=_die_with_parent)
        self._processes[name] = process
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self._selector.register(process.stdout, selectors.EVENT_READ, name)

    def await_ready(self, names: set[str], seconds: float) -> None:
        """Until each has printed “ready”. Raises RuntimeError where one ends
        or takes longer."""
        waiting, end = set(names), time.monotonic() + seconds
        while waiting:
            if self.is_stopping:
                return
            if time.monotonic() > end:
                raise RuntimeError(f"not ready after {seconds:.0f} s: {', '.join(sorted(waiting))}")
            waiting -= self.pump()
            for name in waiting:
                if (code := self._processes[name].poll()) is not None:
                    raise RuntimeError(f"{name} ended with {code} before it was ready")

    def pump(self) -> set[str]:
        """Who has said “ready” in the last moment."""
        ready = set()
        for key, _ in self._selector.select(0.2):
            data = os.read(key.fd, 4096)
            if not data:
                self._selector.unregister(key.fileobj)
            elif b"ready" in data:
                ready.add(key.data)
        return ready

    def watch(self) -> int:
        """Until a stop is asked for, or the scene ends; its exit code."""
        gone: set[str] = set()
        while not self.is_stopping:
            self.pump()
            for name, process in self._processes.items():
                if name not in gone and process.poll() is not None:
                    gone.add(name)
                    print(f"{name} ended with {process.returncode}", file=sys.stderr, flush=True)
                    if name == "physics":
                        return 1
            time.sleep(0.05)
        return 0

    def stop(self) -> None:
        """The robots first, then the scene."""
        robots = [process for name, process in self._processes.items() if name != "physics"]
        _end(robots, 5)
        _end([process for name, process in self._processes.items() if name == "physics"], 30)
        for process in self._processes.values():
            if process.stdout is not None:
                process.stdout.close()
        self._selector.close()


def _end(processes: list[subprocess.Popen[bytes]], seconds: float) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + seconds
    for process in processes:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="pons_mujoco.launch", description=__doc__.splitlines()[0])
    link.add_address(parser)
    parser.add_argument("--edge", metavar="ADDRESS", help="else $PONS_EDGE, else tcp://127.0.0.1:7601")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw the run’s moments there")
    parser.add_argument("--speed", type=float, default=1.0, help="times real time; 0: as fast as it goes")
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder for what robots must remember")
    parser.add_argument("--seconds", type=float, default=120, help="how long to wait until all are ready")
    options = parser.parse_args()
    launch = Launch()

    def stop(*_: object) -> None:
        launch.is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    robots = [*layout.ARMS, *layout.STARTS]
    try:
        pictures = ["--pictures", str(options.pictures)] if options.pictures else []
        launch.start("physics", "physics", "--physics", options.physics, "--speed", str(options.speed), *pictures)
        launch.await_ready({"physics"}, options.seconds)
        for robot in robots:
            edge = ["--edge", options.edge] if options.edge else []
            state = ["--state", str(options.state / robot)] if options.state else []
            launch.start(robot, "robot", "--robot", robot, "--physics", options.physics, *edge, *state)
        launch.await_ready(set(robots), options.seconds)
        if not launch.is_stopping:
            print(f"ready: {', '.join(robots)} at {options.physics}", flush=True)
        return launch.watch()
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        launch.stop()


if __name__ == "__main__":
    sys.exit(main())
