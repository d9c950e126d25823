"""Scene and robots as processes, each robot with a session of its own."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from kitchen import GOAL, ROBOTS, ask, carry_out, launched
from team_edge import TeamEdge


@pytest.fixture
def edge():
    edge = TeamEdge()
    yield edge
    edge.close()


def children(pid: int) -> dict[str, int]:
    """The launched processes of `pid`, by robot, and `physics`."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
        found[words[words.index("--robot") + 1] if "--robot" in words else "physics"] = int(child)
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def await_end(pids, seconds=20):
    end = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        assert time.monotonic() < end, "left running"
        time.sleep(0.05)


def test_the_kitchen_task_with_pictures(edge, tmp_path):
    pictures = tmp_path / "pictures"
    with launched(edge, tmp_path, "--pictures", str(pictures)) as (process, environment):
        assert ask(environment, "check", "--facts", *GOAL).returncode == 1
        carry_out(edge)
        checked = ask(environment, "check", "--facts", *GOAL, "not holding(panda, bowl)")
        assert checked.returncode == 0, checked.stdout
        assert checked.stdout.count("  ok   ") == 4 and "NOT" not in checked.stdout
        assert ask(environment, "check", "--facts", "tasty(apple)").returncode == 2
        assert Path(ask(environment, "picture", "now").stdout.strip()).is_file()
        pids = children(process.pid)
        assert set(pids) == {*ROBOTS, "physics"}
    for name in ("before", "grasp", "tray", "handover", "after"):
        with Image.open(pictures / f"{name}.png") as picture:
            assert picture.size == (1280, 840)
            assert len(picture.convert("RGB").resize((64, 42)).getcolors(64 * 42)) > 100, f"{name} is blank"
    await_end(pids.values())
    assert any("driving to dining_room" in note for note in edge.notes)
    place = next(r for step, r in edge.results.items() if step.endswith("panda-place"))
    assert list(place.outcome.observed) == ["on(apple, tray)", "not holding(panda, apple)"]
    where = [pose for pose in edge.peers["helper"].poses if pose.entity == "apple"][-1].pose
    assert math.dist((where.x_m, where.y_m), (3.0, 0.75)) < 0.4
    assert len([p for p in edge.peers["carrier"].poses if p.entity == "carrier"]) > 20


def test_an_item_taken_away_makes_the_task_fail(edge, tmp_path):
    with launched(edge, tmp_path) as (_, environment):
        assert ask(environment, "remove", "melon").returncode == 2
        assert ask(environment, "remove", "apple").returncode == 0
        outcome = edge.run("panda", "pick", item="apple")
        assert outcome.failure.code == "unreachable"
        assert list(outcome.observed) == ["not on(apple, kitchenTable)", "not holding(panda, apple)"]
        assert ask(environment, "check", "--facts", "on(apple, kitchenTable)").returncode == 1


def test_a_cancel_stops_the_body(edge, tmp_path):
    with launched(edge, tmp_path, "--speed", "1"):
        step = edge.start("carrier", "enter", room="dining_room")
        while not any(note.startswith("carrier") for note in edge.notes):
            edge.pump()
        edge.cancel(step)
        outcome, = edge.wait(step)
        assert outcome.failure.code == "canceled" and "not in(carrier, dining_room)" in outcome.observed
        assert not edge.run("carrier", "navigate", target="kitchenTable").HasField("failure")


def test_one_robot_can_be_killed_without_the_others(edge, tmp_path):
    with launched(edge, tmp_path, "--speed", "1") as (process, environment):
        pids = children(process.pid)
        edge.start("panda", "pick", item="apple")
        while not any(note.startswith("panda") for note in edge.notes):
            edge.pump()
        os.kill(pids["panda"], signal.SIGKILL)
        first = edge.peers.pop("panda").session
        assert not edge.run("carrier", "navigate", target="kitchenTable").HasField("failure")
        assert not edge.run("panda2", "pick", item="cup").HasField("failure")
        assert ask(environment, "check", "--facts", "not holding(panda, apple)").returncode == 0
        # Started again, it says what became of the attempt, and works.
        with subprocess.Popen(
            [sys.executable, "-m", "pons_mujoco.robot", "--robot", "panda", "--edge", edge.address,
             "--state", str(tmp_path / "state/panda")], env=environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL) as again:
            try:
                edge.await_robots("panda")
                assert edge.peers["panda"].session != first
                assert [report.outcome.failure.code for report in edge.reports["panda"]] == ["robotLost"]
                assert not edge.run("panda", "pick", item="apple").HasField("failure")
            finally:
                again.terminate()
                again.wait(20)


def test_nothing_is_left_when_the_launcher_or_the_scene_is_killed(edge, tmp_path):
    with launched(edge, tmp_path) as (process, _):
        pids = children(process.pid)
        process.kill()
        await_end(pids.values())
    (tmp_path / "second").mkdir()
    edge.peers.clear()
    with launched(edge, tmp_path / "second") as (process, _):
        pids = children(process.pid)
        os.kill(pids["physics"], signal.SIGKILL)
        assert process.wait(30) == 1
        await_end(pids.values())
