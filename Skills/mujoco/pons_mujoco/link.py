"""How the other processes talk to the one that owns the scene: JSON over ZeroMQ."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import zmq

LONGEST_FRAME_BYTES = 1 << 20


def default_address() -> str:
    """`$PONS_PHYSICS`, else a socket in a folder of the user's own."""
    if address := os.environ.get("PONS_PHYSICS"):
        return address
    root = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return f"ipc://{root}/pons-mujoco-{os.getuid()}/physics.sock"


def prepare(address: str) -> None:
    """Makes the folder that an ipc address needs, for its owner only."""
    if address.startswith("ipc://"):
        folder = Path(address.removeprefix("ipc://")).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--physics", metavar="ADDRESS", default=default_address(),
                        help="where the scene's process listens (default: %(default)s)")


def connect(context: zmq.Context, address: str) -> zmq.Socket:
    dealer = context.socket(zmq.DEALER)
    dealer.setsockopt(zmq.LINGER, 0)
    dealer.setsockopt(zmq.MAXMSGSIZE, LONGEST_FRAME_BYTES)
    dealer.connect(address)
    return dealer


class NoAnswer(Exception):
    """No process with the scene answers."""


class Refused(Exception):
    """The process with the scene says no, and why."""


def ask(address: str, seconds: float = 10.0, **request: Any) -> dict[str, Any]:
    """One request and its answer. Raises NoAnswer and Refused."""
    with zmq.Context() as context, connect(context, address) as dealer:
        dealer.send(json.dumps(request).encode())
        if not dealer.poll(int(seconds * 1000)):
            raise NoAnswer(f"no simulation answers at {address}; start one with python -m pons_mujoco.launch")
        answer = json.loads(dealer.recv())
    if answer["op"] == "refused":
        raise Refused(answer["message"])
    return answer
