# shellcheck shell=bash
# The robots under physics, for the demonstration and the tests. Source it
# after lib.sh. Nothing of it is needed without --physics.
# What is set here is read by those who source this file.
# shellcheck disable=SC2034,SC2154

# The kitchen of RoboOS, and a cup more: both arms at their tables, the base
# that carries and the one that has an arm must each do their part.
scene=$root/Skills/mujoco/scene.yaml
demo_task='put the apple and the cup on the serving table and the bowl on the kitchen table'
demo_facts=('on(apple, servingTable)' 'on(cup, servingTable)' 'on(bowl, kitchenTable)')
demo_robots=4

# What MuJoCo needs, also to draw without a screen.
need_physics() {
    need_packages libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri libopengl0
    need_python physics pytest 'Skills/python[test]' 'Skills/mujoco[test]'
}

# start_physics EDGE STATE PICTURES: the scene and its robots, each a process of
# its own with a session of its own at the edge.
start_physics() {
    export PONS_PHYSICS=ipc://$2/physics.sock
    say 'Starting the scene and its robots'
    physics_processes=$(/usr/bin/python3 "$root/Deploy/await_ready.py" 180 "$2/physics.log" \
        "$python" -m pons_mujoco.launch --edge "$1" --state "$2/robots" --pictures "$3")
    physics_pictures="  $3/*.png   the scene before, during and after"
}

# Holds facts against the simulator's own coordinates.
check_physics() {
    "$python" -m pons_mujoco.check --facts "$@"
}

# Ends the robots and the scene, which draws its last picture then.
stop_physics() {
    [ -n "${physics_processes:-}" ] || return 0
    kill -TERM "$physics_processes" 2>/dev/null || true
    timeout 40 tail --pid="$physics_processes" -f /dev/null || kill -KILL "$physics_processes" 2>/dev/null || true
    physics_processes=''
}
