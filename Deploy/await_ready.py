"""Starts a service of `Type=notify` and waits until it says READY=1.

    await_ready.py SECONDS LOG COMMAND...

Prints the process id once the service is ready and leaves it running, in a
session of its own with its output in LOG. Ends with 1, and the service killed,
where it ended first or took longer.
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
        with open(log, "ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"NOTIFY_SOCKET": address},
                start_new_session=True,
            )
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                if process.poll() is not None:
                    return None, f"it ended with code {process.returncode}"
                try:
                    message = ear.recv(4096)
                except TimeoutError:
                    continue
                if b"READY=1" in message.split(b"\n"):
                    return process.pid, ""
            reason = f"it was not ready within {seconds:g} s"
        except BaseException:
            process.kill()
            raise
        process.kill()
        return None, reason


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__.strip())
    seconds, log, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
    try:
        pid, reason = start(seconds, log, command)
    except KeyboardInterrupt:
        sys.exit(130)
    if pid is None:
        sys.exit(f"error: {command[0]} did not start: {reason}; its log is {log}")
    print(pid)


if __name__ == "__main__":
    main()
