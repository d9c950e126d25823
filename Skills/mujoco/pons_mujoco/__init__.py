"""Robots under physics: a MuJoCo scene in one process, each robot in its own."""
