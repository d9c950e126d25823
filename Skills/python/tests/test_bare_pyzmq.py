"""The wire works with bare pyzmq: the example is a host like any other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def run():
    processes = []

    def start(name: str, *arguments: str, **environment: str) -> subprocess.Popen:
        processes.append(subprocess.Popen(
            [sys.executable, EXAMPLES / name, *arguments], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src"), **environment}))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()


def test_bare_pyzmq_serves_a_skill(edge, run):
    process = run("bare_pyzmq.py", edge.address)
    hello = edge.wait_session()
    assert hello.robots[0].robot == "bell" and json.loads(hello.manifests[0])["name"] == "ring"
    edge.wait("heartbeat")
    edge.invoke("bell", "ring")
    edge.wait("accept")
    assert list(edge.wait("result").outcome.observed) == ["rung(bell)"]
    edge.invoke("bell", "ring")  # again: the stored result, and no second ring
    edge.wait("result")
    process.terminate()
    assert process.stdout.read() == "ding dong\n"


def test_a_complete_skill_takes_less_than_ten_lines(edge, run, tmp_path):
    lines = (EXAMPLES / "mopper.py").read_text().splitlines()
    assert len([line for line in lines if line]) < 10
    process = run("mopper.py", PONS_EDGE=edge.address, PONS_HOST_STATE=str(tmp_path))
    edge.wait_session()
    edge.invoke("mopper", "mop", room="kitchen")
    assert not edge.wait("result").outcome.HasField("failure")
    process.terminate()
    assert edge.wait("goodbye").reason == "stopping"
    assert process.wait(20) == 0
