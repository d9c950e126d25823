"""The kitchen task as the planner would run it, for the tests and by hand:

    PYTHONPATH=Skills/mujoco:Skills/mujoco/tests python -m kitchen [TIMES]

runs it that many times, each in a fresh scene, as fast as it goes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from team_edge import TeamEdge

ROBOTS = ("panda", "panda2", "carrier", "helper")
GOAL = ("on(apple, servingTable)", "on(cup, servingTable)", "on(bowl, kitchenTable)")
ROOT = Path(__file__).parent.parent


@contextmanager
def launched(edge: TeamEdge, folder: Path, *options: str):
    """A scene with its robots, ready, at the folder's `physics.sock`."""
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT.parent / "python/src")]),
        "PONS_PHYSICS": f"ipc://{folder}/physics.sock"}
    with open(folder / "launch.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pons_mujoco.launch", "--edge", edge.address, "--state", str(folder / "state"),
             *(("--speed", "0") if "--speed" not in options else ()), *options], stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        edge.await_robots(*ROBOTS)
        line = process.stdout.readline()
        assert line.startswith("ready: "), (folder / "launch.log").read_text()
        yield process, environment
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def ask(environment: dict[str, str], module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", f"pons_mujoco.{module}", *arguments], env=environment,
                          capture_output=True, text=True, timeout=60)


def well(edge: TeamEdge, *steps: str) -> None:
    for step, outcome in zip(steps, edge.wait(*steps)):
        assert not outcome.HasField("failure"), f"{step}: {outcome.failure.code}: {outcome.failure.message}"


def carry_out(edge: TeamEdge) -> None:
    """Three items through three robots' hands: stages of steps side by side."""
    start = edge.start
    well(edge, start("panda", "pick", item="apple"), start("panda2", "pick", item="cup"),
         start("carrier", "navigate", target="kitchenTable"), start("helper", "navigate", target="servingTable"))
    well(edge, start("panda", "place", item="apple", surface="tray"))
    well(edge, start("carrier", "navigate", target="customTable"))
    well(edge, start("panda2", "place", item="cup", surface="tray"))
    well(edge, start("carrier", "enter", room="dining_room"))
    well(edge, start("carrier", "navigate", target="servingTable"))
    for item in ("apple", "cup"):
        well(edge, start("helper", "pick", item=item))
        well(edge, start("helper", "place", item=item, surface="servingTable"))
    well(edge, start("helper", "pick", item="bowl"))
    well(edge, start("helper", "place", item="bowl", surface="tray"))
    well(edge, start("carrier", "enter", room="kitchen"))
    well(edge, start("carrier", "navigate", target="kitchenTable"))
    well(edge, start("panda", "pick", item="bowl"))
    well(edge, start("panda", "place", item="bowl", surface="kitchenTable"))


def main() -> int:
    good, times = 0, int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for number in range(1, times + 1):
        edge = TeamEdge()
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="pons-kitchen-") as folder:
            with launched(edge, Path(folder)) as (_, environment):
                try:
                    carry_out(edge)
                except AssertionError as error:
                    print(error)
                checked = ask(environment, "check", "--facts", *GOAL)
        edge.close()
        print(f"run {number}, {time.monotonic() - begin:.0f} s:\n{checked.stdout}{checked.stderr}", flush=True)
        good += checked.returncode == 0
    print(f"{good} of {times} as it should be")
    return 0 if good == times else 1


if __name__ == "__main__":
    sys.exit(main())
