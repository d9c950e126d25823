"""await_ready tells a service that is ready from one that isn't."""

import os
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "await_ready.py")

READY = """
import os, signal, socket
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"STATUS=up\\nREADY=1", os.environ["NOTIFY_SOCKET"])
signal.pause()
"""


class AwaitReady(unittest.TestCase):
    def start(self, program, seconds="20"):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [sys.executable, PROGRAM, seconds, f"{folder}/log", sys.executable, "-c", program],
                capture_output=True,
                text=True,
            )

    def test_a_service_that_is_ready_is_left_running(self):
        run = self.start(READY)
        self.assertEqual(run.returncode, 0, run.stderr)
        # Raises where no such process runs.
        os.kill(int(run.stdout), signal.SIGTERM)

    def test_a_service_may_print_that_it_is_ready(self):
        run = self.start("import signal; print('almost\\nready: all', flush=True); signal.pause()")
        self.assertEqual(run.returncode, 0, run.stderr)
        os.kill(int(run.stdout), signal.SIGTERM)

    def test_a_service_that_ends_first_is_an_error(self):
        run = self.start("raise SystemExit(3)")
        self.assertEqual(run.returncode, 1)
        self.assertIn("ended with code 3", run.stderr)

    def test_a_service_that_stays_silent_is_ended(self):
        run = self.start("import signal; signal.pause()", seconds="1")
        self.assertEqual(run.returncode, 1)
        self.assertIn("not ready within 1 s", run.stderr)


if __name__ == "__main__":
    unittest.main()
