"""What the README shows of Python runs as it stands there."""

import os
import re
import unittest
from unittest import mock

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")


class Readme(unittest.TestCase):
    def test_the_skill_in_the_readme_is_one_and_is_short(self):
        import pons

        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            samples = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
        self.assertEqual(len(samples), 1)
        self.assertLess(len([line for line in samples[0].splitlines() if line.strip()]), 10)
        names = {}
        with mock.patch.object(pons.Robot, "run") as run:
            exec(compile(samples[0], "README.md", "exec"), names)
        run.assert_called_once()
        self.assertEqual(list(names["robot"].skills), ["dust"])
        self.assertEqual(names["robot"].skills["dust"].manifest["effects"]["success"], ["clean(surface)"])


if __name__ == "__main__":
    unittest.main()
