"""check_run says no to a run that shows too little, and yes to one that doesn't."""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import check_run


def step(robot, skill, begin, end, state="succeeded", effects=(), revision=1):
    return {
        "step": {"id": f"s{begin}", "robot": robot, "skill": skill, "terms": {"effects": list(effects)}},
        "revision": revision,
        "state": state,
        "startedAt": f"2026-01-01T00:00:{begin:02}.000Z",
        "endedAt": f"2026-01-01T00:00:{end:02}.500Z",
    }


def run_of(*steps):
    return {"id": "t1", "state": "succeeded", "revision": 1, "steps": list(steps)}


def good_run():
    return run_of(
        step("dog", "pick", 1, 4, effects=["holding(dog, apple)", "not on(apple, *)"]),
        step("rover", "navigate", 2, 6),
        step("arm", "pick", 7, 9, effects=["holding(arm, apple)"]),
        step("quadrotor", "land", 10, 12),
    )


class CheckRun(unittest.TestCase):
    def check(self, verb, document, *arguments):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                code = check_run.main([verb, file.name, *arguments])
            return code, output.getvalue()

    def test_a_team_of_four_that_hands_an_item_on_is_a_team(self):
        code, output = self.check("team", good_run())
        self.assertEqual(code, 0, output)
        self.assertIn("apple through arm and dog", output)

    def test_three_robots_are_too_few(self):
        run = good_run()
        run["steps"].pop()
        self.assertEqual(self.check("team", run)[0], 1)
        self.assertEqual(self.check("team", run, "--robots", "3")[0], 0)

    def test_a_step_that_failed_counts_for_nobody(self):
        run = good_run()
        run["steps"][3]["state"] = "failed"
        self.assertEqual(self.check("team", run)[0], 1)

    def test_one_after_the_other_is_not_together(self):
        run = good_run()
        run["steps"][1] = step("rover", "navigate", 5, 6)
        code, output = self.check("team", run)
        self.assertEqual(code, 1)
        self.assertIn("no two robots worked at the same time", output)

    def test_an_item_that_only_one_robot_held_was_not_handed_on(self):
        run = good_run()
        run["steps"][2] = step("arm", "pick", 7, 9, effects=["holding(arm, pear)"])
        self.assertEqual(self.check("team", run)[0], 1)

    def test_only_the_newest_plan_is_counted(self):
        run = run_of(step("dog", "pick", 1, 2), step("dog", "pick", 3, 4, revision=2))
        self.assertEqual(self.check("steps", run)[1], "1\n")
        self.assertEqual(self.check("steps", run_of())[1], "0\n")

    def test_the_goal_is_what_the_last_stage_with_facts_asks_for(self):
        task = run_of()
        task["goal"] = {
            "stages": [
                {"aim": {"achieve": "on(apple, table)"}},
                {"aim": {"achieve": "inside(apple, fridge)"}},
                {"aim": {"perform": {"skill": "mop"}}},
            ]
        }
        self.assertEqual(self.check("goal", task)[1], "inside(apple, fridge)\n")
        self.assertEqual(self.check("goal", run_of())[1], "\n")

    def test_a_fact_must_be_believed_without_doubt(self):
        document = {
            "facts": [
                {"fact": "on(apple, table)", "holds": True, "certainty": "claimed"},
                {"fact": "on(pear, table)", "holds": True, "certainty": "uncertain"},
                {"fact": "on(plum, table)", "holds": False, "certainty": "observed"},
            ]
        }
        self.assertEqual(self.check("facts", document, "on(apple,table)")[0], 0)
        self.assertEqual(self.check("facts", document, "on(pear, table)")[0], 1)
        self.assertEqual(self.check("facts", document, "on(plum, table)")[0], 1)
        self.assertEqual(self.check("facts", document, "on(apple, table)", "on(egg, table)")[0], 1)


if __name__ == "__main__":
    unittest.main()
