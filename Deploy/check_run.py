"""Looks at a finished task, as `pons task show ID -o json` prints it, and at the
facts of shared memory, and says whether a demonstration showed what it should.

    check_run.py steps TASK.json              how many steps the newest plan has
    check_run.py goal TASK.json               the facts it asks for, as a formula
    check_run.py team TASK.json --robots 4    that a team worked, not a robot
    check_run.py facts FACTS.json FACT...     that each fact is believed to hold

Ends with 0 where all holds and 1 where something doesn't, with a line for each
thing that was looked at.
"""

import argparse
import json
import re
import sys
from datetime import datetime
from itertools import combinations


def newest_steps(task):
    """The steps of the newest plan; those of older ones stay listed before them."""
    steps = task.get("steps", [])
    newest = max((s["revision"] for s in steps), default=0)
    return [s for s in steps if s["revision"] == newest]


def finished_steps(task):
    """The steps of all plans that succeeded."""
    return [s for s in task.get("steps", []) if s["state"] == "succeeded"]


def final_formula(task):
    """What the last stage of the goal that names facts asks for; None where
    no stage does."""
    for stage in reversed((task.get("goal") or {}).get("stages", [])):
        if "achieve" in stage["aim"]:
            return stage["aim"]["achieve"]
    return None


def working_robots(task):
    """Robots that completed steps."""
    return sorted({s["step"]["robot"] for s in finished_steps(task)})


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def simultaneous(task):
    """Two completed steps of different robots that overlapped in time, or None."""
    steps = [s for s in finished_steps(task) if s.get("startedAt") and s.get("endedAt")]
    for one, other in combinations(steps, 2):
        if one["step"]["robot"] == other["step"]["robot"]:
            continue
        begin = max(instant(one["startedAt"]), instant(other["startedAt"]))
        end = min(instant(one["endedAt"]), instant(other["endedAt"]))
        if begin < end:
            return one["step"], other["step"]
    return None


def shared_items(task):
    """For each item that several robots held, one after the other: who."""
    holders = {}
    for step in finished_steps(task):
        for effect in step["step"].get("terms", {}).get("effects", []):
            match = re.fullmatch(r"holding\(([^,()*]+), ([^,()*]+)\)", effect)
            if match:
                holders.setdefault(match[2], set()).add(match[1])
    return {item: sorted(robots) for item, robots in holders.items() if len(robots) > 1}


def held_facts(document):
    """The facts that memory believes, as texts without spaces."""
    records = document.get("facts", []) if isinstance(document, dict) else document
    return {
        re.sub(r"\s", "", record["fact"])
        for record in records
        if record.get("holds", True) and record.get("certainty") != "uncertain"
    }


def say(holds, text):
    print(f"  {'ok  ' if holds else 'NOT '} {text}")
    return holds


def check_team(task, robots_wanted):
    robots = working_robots(task)
    pair = simultaneous(task)
    shared = shared_items(task)
    together = (
        "two robots worked at the same time: {robot} ({skill})".format(**pair[0])
        + " and {robot} ({skill})".format(**pair[1])
        if pair
        else "no two robots worked at the same time"
    )
    passed = "; ".join(f"{item} through {' and '.join(who)}" for item, who in sorted(shared.items()))
    checks = [
        say(len(robots) >= robots_wanted, f"robots that completed steps: {', '.join(robots) or 'none'}"),
        say(pair is not None, together),
        say(bool(shared), f"items that passed through two robots: {passed or 'none'}"),
    ]
    return all(checks)


def check_facts(document, wanted):
    held = held_facts(document)
    checks = [say(re.sub(r"\s", "", fact) in held, f"in shared memory: {fact}") for fact in wanted]
    return bool(checks) and all(checks)


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Says whether a demonstration showed what it should.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("steps", "goal", "team", "facts"):
        verbs.add_parser(verb).add_argument("file")
    verbs.choices["team"].add_argument("--robots", type=int, default=4, help="how many must have worked")
    verbs.choices["facts"].add_argument("fact", nargs="+")
    options = parser.parse_args(arguments)
    document = read(options.file)
    if options.verb == "steps":
        print(len(newest_steps(document)))
    elif options.verb == "goal":
        print(final_formula(document) or "")
    elif options.verb == "team":
        return 0 if check_team(document, options.robots) else 1
    else:
        return 0 if check_facts(document, options.fact) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
