"""A host for `test_standing_still.py`: a skill that has much to say."""

import asyncio
import sys

from pons import Attempt, Host, Robot

robot = Robot("arm")


@robot.skill("wave")
async def wave(attempt: Attempt):
    while True:
        attempt.progress(0.5, "waving")
        await asyncio.sleep(0.002)


Host([robot], edge=sys.argv[1], name="host", state=sys.argv[2], motion_lease_s=5.0).run()
