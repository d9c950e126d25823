"""Ways through the rooms: A* on a grid, clear of what stands about."""

from __future__ import annotations

import heapq
import math

import numpy as np

from . import layout

_CELL_M = 0.05
_X0, _Y0 = layout.ROOMS["kitchen"][0], layout.ROOM_Y_M[0]
_COLUMNS = int((layout.ROOMS["dining_room"][1] - _X0) / _CELL_M) + 1
_ROWS = int((layout.ROOM_Y_M[1] - _Y0) / _CELL_M) + 1
_REACH_M = layout.BASE_RADIUS_M + layout.CLEARANCE_M
_GRID_X = (_X0 + np.arange(_COLUMNS) * _CELL_M)[:, None]
_GRID_Y = (_Y0 + np.arange(_ROWS) * _CELL_M)[None, :]

Point = tuple[float, float]


def _box(x: float, y: float, half_x: float, half_y: float) -> np.ndarray:
    """Cells too close to a box for a base's centre."""
    dx = np.maximum(np.abs(_GRID_X - x) - half_x, 0)
    dy = np.maximum(np.abs(_GRID_Y - y) - half_y, 0)
    return dx * dx + dy * dy < _REACH_M * _REACH_M


def _standing() -> np.ndarray:
    taken = np.zeros((_COLUMNS, _ROWS), bool)
    for table in layout.TABLES.values():
        taken |= _box(*table.center, *table.half)
    for (x, y, _), _table in layout.ARMS.values():
        taken |= _box(x, y, layout.PEDESTAL_HALF_M, layout.PEDESTAL_HALF_M)
    low, high = layout.ROOM_Y_M
    gap = layout.DOOR_HALF_WIDTH_M
    for start, end in ((low, -gap), (gap, high)):
        taken |= _box(layout.WALL_X_M, (start + end) / 2, 0.04, (end - start) / 2)
    return taken


_STANDING = _standing()


def _cell(point: Point) -> tuple[int, int]:
    column = min(max(round((point[0] - _X0) / _CELL_M), 0), _COLUMNS - 1)
    return column, min(max(round((point[1] - _Y0) / _CELL_M), 0), _ROWS - 1)


def taken(others: list[Point]) -> np.ndarray:
    cells = _STANDING.copy()
    for x, y in others:
        cells |= np.hypot(_GRID_X - x, _GRID_Y - y) < 2 * layout.BASE_RADIUS_M + layout.CLEARANCE_M / 2
    return cells


def is_free(point: Point, others: list[Point]) -> bool:
    return not taken(others)[_cell(point)]


def find(start: Point, goal: Point, others: list[Point]) -> list[Point] | None:
    """Waypoints from `start` to `goal`, both ends included; None where there is
    no way. `others` are the centres of other bases."""
    cells = taken(others)
    first, last = _cell(start), _cell(goal)
    # Where a base stands it may leave, and it may go where it was told to.
    for column, row in (first, last):
        cells[max(0, column - 1):column + 2, max(0, row - 1):row + 2] = False
    frontier = [(0.0, first)]
    cost, came = {first: 0.0}, {first: first}
    while frontier:
        _, here = heapq.heappop(frontier)
        if here == last:
            break
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                there = here[0] + dx, here[1] + dy
                if there == here or not (0 <= there[0] < _COLUMNS and 0 <= there[1] < _ROWS) or cells[there]:
                    continue
                through = cost[here] + math.hypot(dx, dy)
                if through < cost.get(there, math.inf):
                    cost[there], came[there] = through, here
                    heapq.heappush(frontier, (through + math.hypot(last[0] - there[0], last[1] - there[1]), there))
    if last not in came:
        return None
    chain = [last]
    while chain[-1] != first:
        chain.append(came[chain[-1]])
    points = [(_X0 + column * _CELL_M, _Y0 + row * _CELL_M) for column, row in reversed(chain)]
    return _straightened([start, *points[1:-1], goal], cells)


def _straightened(points: list[Point], cells: np.ndarray) -> list[Point]:
    """Leaves out waypoints that a straight line can do without."""
    kept, position = [points[0]], 0
    while position < len(points) - 1:
        ahead = len(points) - 1
        while ahead > position + 1 and not _clear(points[position], points[ahead], cells):
            ahead -= 1
        kept.append(points[ahead])
        position = ahead
    return kept


def _clear(start: Point, end: Point, cells: np.ndarray) -> bool:
    count = max(2, math.ceil(math.dist(start, end) / (_CELL_M / 2)))
    return not any(
        cells[_cell((start[0] + (end[0] - start[0]) * n / count, start[1] + (end[1] - start[1]) * n / count))]
        for n in range(count + 1))
