"""Pictures of the scene, without a screen, each with a line that says how it was made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import mujoco
from PIL import Image, ImageDraw, ImageFont

from . import layout
from .world import World

HOW = "Wheels roll and fingers hold by friction: nothing is welded, nothing moved kinematically."
_WIDTH, _HEIGHT, _STRIP = 1280, 800, 40


class NoRendering(RuntimeError):
    """Neither EGL nor OSMesa draws here."""


def ensure_rendering() -> None:
    """Finds a way to draw without a screen: EGL, else OSMesa. MuJoCo settles
    it once per process, so that the second try is the process begun anew.
    Raises NoRendering."""
    try:
        mujoco.GLContext(16, 16).free()
    except Exception as error:
        if os.environ.get("PONS_MUJOCO_TRIED") or os.environ.get("MUJOCO_GL") == "osmesa":
            raise NoRendering(f"no headless drawing ({error}); apt install libegl1 libgl1-mesa-dri, or libosmesa6") \
                from error
        environment = {**os.environ, "MUJOCO_GL": "osmesa", "PONS_MUJOCO_TRIED": "1"}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


class Pictures:
    """Draws the moments that tell the story, each once, into a folder."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._renderer = mujoco.Renderer(world.model, _HEIGHT, _WIDTH)
        self._option = mujoco.MjvOption()
        self._option.sitegroup[:] = 0
        self._drawn: set[str] = set()
        self._rode: set[str] = set()
        for name in ("before", "grasp", "tray", "handover", "after"):
            (folder / f"{name}.png").unlink(missing_ok=True)

    def watch(self) -> None:
        """Draws a moment that has come for the first time."""
        world = self._world
        if len(self._drawn & {"grasp", "tray", "handover"}) == 3:
            return
        for item in layout.ITEMS:
            if world.support(item) == "tray":
                self._rode.add(item)
                if "tray" not in self._drawn and world.is_driving("carrier"):
                    self.draw("tray", f"{item} rides on the carrier’s tray", item)
            elif (holder := world.holder(item)) is not None and world.position(item)[2] > 0.55:
                if "grasp" not in self._drawn:
                    self.draw("grasp", f"{holder} has {item} between its fingers", item)
                elif item in self._rode and "handover" not in self._drawn:
                    self.draw("handover", f"{holder} took {item} off the carrier’s tray", item)

    def draw(self, name: str, words: str, item: str | None = None) -> Path:
        """Draws now: the whole scene, or a closer look at an item."""
        self._drawn.add(name)
        camera: mujoco.MjvCamera | str = "overview"
        if item is not None:
            camera = mujoco.MjvCamera()
            camera.lookat[:] = self._world.position(item)
            camera.distance, camera.azimuth, camera.elevation = 2.3, 65.0, -28.0
        self._renderer.update_scene(self._world.data, camera, self._option)
        picture = Image.new("RGB", (_WIDTH, _HEIGHT + _STRIP), "white")
        picture.paste(Image.fromarray(self._renderer.render()), (0, 0))
        text = f"{name}, t = {self._world.time_s:.1f} s: {words}. {HOW}"
        ImageDraw.Draw(picture).text((14, _HEIGHT + 10), text, fill="black", font=ImageFont.load_default(17))
        path = self._folder / f"{name}.png"
        # Whole or not at all, for those who wait for it.
        picture.save(path.with_suffix(".part"), format="PNG")
        path.with_suffix(".part").replace(path)
        return path
