"""Write robot skills for Pons in Python.

    from pons import Robot, Room

    robot = Robot("mopper", embodiment="wheeled_base")

    @robot.skill(effects=["clean(room)"], phrases=["mop {room}"])
    async def mop(room: Room):
        "Mop a room's floor."

    robot.run()
"""

from .attempt import Attempt, Canceled
from .failure import Failure, FAILURE_CODES
from .host import Host
from .manifest import DeclarationError
from .robot import Robot
from .values import Container, Door, Entity, Item, Openable, Person, Pose, Room, Surface

__all__ = [
    "Attempt", "Canceled", "Container", "DeclarationError", "Door", "Entity", "FAILURE_CODES",
    "Failure", "Host", "Item", "Openable", "Person", "Pose", "Robot", "Room", "Surface",
]
__version__ = "0.1.0"
