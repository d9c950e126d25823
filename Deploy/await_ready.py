"""Starts a service and waits until it says that it is ready: READY=1 as one of
systemd's `Type=notify`, or a line of its output that begins with “ready”.

    await_ready.py SECONDS LOG COMMAND...

Prints the process id once the service is ready and leaves it running, in a
session of its own with its output in LOG. Ends with 1, and the service told to
end, where it ended first or took longer.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time


def start(seconds, log, command):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        address = os.path.join(folder, "notify")
        ear.bind(address)
        ear.settimeout(0.2)
        with open(log, "wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"NOTIFY_SOCKET": address},
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        reason = f"it was not ready within {seconds:g} s"
        try:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    return None, f"it ended with code {process.returncode}"
                if has_said_so(ear) or has_printed_so(log):
                    return process.pid, ""
        except KeyboardInterrupt:
            reason = "it was interrupted"
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        return None, reason


def has_said_so(ear):
    """Whether the next message is READY=1; waits for one for a moment."""
    try:
        return b"READY=1" in ear.recv(4096).split(b"\n")
    except TimeoutError:
        return False


def has_printed_so(log):
    with open(log, "rb") as lines:
        return any(line.startswith(b"ready") for line in lines)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.strip())
    seconds, log, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
    pid, reason = start(seconds, log, command)
    if pid is None:
        sys.exit(f"error: {' '.join(command)} did not start: {reason}; its log is {log}")
    print(pid)


if __name__ == "__main__":
    main()
