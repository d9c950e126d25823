# shellcheck shell=bash
# The robots under physics, for the demonstration and the tests. Source it
# after lib.sh. Nothing of it is needed without --physics.

# What MuJoCo needs to draw without a screen.
need_physics() {
    need_packages libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri libopengl0
    need_python physics pytest 'Skills/python[test]' 'Skills/mujoco[test]'
}
