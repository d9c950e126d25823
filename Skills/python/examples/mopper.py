from pons import Robot, Room

robot = Robot("mopper", embodiment="wheeled_base")

@robot.skill(effects=["clean(room)"], phrases=["mop {room}"])
async def mop(room: Room):
    """Mop a room's floor."""

robot.run()
