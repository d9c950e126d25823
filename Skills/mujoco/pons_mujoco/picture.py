"""Draws the running scene, which must have been started with --pictures.

    python -m pons_mujoco.picture now
"""

from __future__ import annotations

import argparse
import sys

from . import link


def main() -> int:
    parser = argparse.ArgumentParser(prog="pons_mujoco.picture", description=__doc__.splitlines()[0])
    link.add_address(parser)
    parser.add_argument("name", help="of the picture, without .png")
    options = parser.parse_args()
    try:
        answer = link.ask(options.physics, seconds=60, op="draw", name=options.name)
    except (link.NoAnswer, link.Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(answer["path"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
