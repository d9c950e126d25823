"""Says whether facts are true by the simulation's own coordinates.

    python -m pons_mujoco.check --facts "on(apple, servingTable)" "not holding(panda, apple)"

Ends with 0 where all are, 1 where one isn't, 2 where it can't tell.
"""

from __future__ import annotations

import argparse
import sys

from . import link


def main() -> int:
    parser = argparse.ArgumentParser(prog="pons_mujoco.check", description=__doc__.splitlines()[0])
    link.add_address(parser)
    parser.add_argument("--facts", nargs="*", default=[], metavar="FACT",
                        help="on(ITEM, SURFACE), holding(ROBOT, ITEM), in(ROBOT, ROOM), at(ROBOT, TABLE), or one after “not”")
    options = parser.parse_args()
    try:
        answer = link.ask(options.physics, op="check", literals=options.facts)
    except (link.NoAnswer, link.Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"  at t = {answer['time_s']} s, positions in metres")
    for item, state in answer["items"].items():
        x, y, z = state["position_m"]
        where = f"on {state['on']}" if state["on"] else f"held by {state['held_by']}" if state["held_by"] else "elsewhere"
        print(f"  {item:8} {x:7.3f} {y:7.3f} {z:7.3f}  {where}")
    for literal, is_true in answer["literals"]:
        print(f"  {'ok ' if is_true else 'NOT'}  {literal}")
    return 0 if all(is_true for _, is_true in answer["literals"]) else 1


if __name__ == "__main__":
    sys.exit(main())
