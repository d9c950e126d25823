"""Takes an item out of the running scene, as a person would.

    python -m pons_mujoco.remove apple
"""

from __future__ import annotations

import argparse
import sys

from . import link


def main() -> int:
    parser = argparse.ArgumentParser(prog="pons_mujoco.remove", description=__doc__.splitlines()[0])
    link.add_address(parser)
    parser.add_argument("item")
    options = parser.parse_args()
    try:
        link.ask(options.physics, op="remove", item=options.item)
    except (link.NoAnswer, link.Refused) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{options.item} is no longer in the scene")
    return 0


if __name__ == "__main__":
    sys.exit(main())
