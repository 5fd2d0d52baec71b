"""The map of a story in the page editor: who leads where, and what keeps it from being published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.admin.panels import Panel

from .story_graph import Scene, layers, problems

# The size of a box and the room between boxes, in the units of the drawing.
WIDTH, HEIGHT, ACROSS, DOWN = 168, 44, 24, 52
_LETTERS = 20


@dataclass(frozen=True)
class Box:
    """A scene in the drawing."""

    scene: Scene
    x: int
    y: int
    label: str
    kind: str

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2


@dataclass(frozen=True)
class Line:
    """A choice in the drawing, from the foot of one box to the head of another."""

    path: str
    back: bool


@dataclass(frozen=True)
class Drawing:
    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int


def draw(scenes: Sequence[Scene]) -> Drawing:
    """Boxes in rows by how many choices lie before them, and a line for every choice that leads somewhere."""
    rows = layers(scenes)
    wide = max((len(row) for row in rows), default=0)
    width = wide * (WIDTH + ACROSS) + ACROSS
    boxes: dict[str, Box] = {}
    faulty = _faulty(scenes)
    for depth, row in enumerate(rows):
        left = (width - len(row) * (WIDTH + ACROSS) + ACROSS) // 2
        for place, scene in enumerate(row):
            kind = "faulty" if scene.code in faulty else "ending" if scene.ending else "scene"
            x, y = left + place * (WIDTH + ACROSS), 8 + depth * (HEIGHT + DOWN)
            boxes[scene.code] = Box(scene, x, y, _short(scene.title or scene.code), kind)
    lines = [
        _line(boxes[scene.code], boxes[target])
        for scene in {scene.code: scene for scene in reversed(scenes)}.values()
        for target in scene.leads_to
        if target in boxes
    ]
    return Drawing(list(boxes.values()), lines, width, len(rows) * (HEIGHT + DOWN))


def _line(start: Box, end: Box) -> Line:
    """Down from box to box; one that leads back or sideways swings out to the right."""
    back = end.y <= start.y
    x1, y1 = (start.x + WIDTH, start.y + HEIGHT // 2) if back else (start.middle, start.y + HEIGHT)
    x2, y2 = (end.x + WIDTH, end.y + HEIGHT // 2) if back else (end.middle, end.y)
    bend = f"C {x1 + 40} {y1} {x2 + 40} {y2}" if back else f"C {x1} {y1 + DOWN // 2} {x2} {y2 - DOWN // 2}"
    return Line(f"M {x1} {y1} {bend} {x2} {y2}", back)


def _faulty(scenes: Sequence[Scene]) -> set[str]:
    return {named.partition(" → ")[0] for problem in problems(scenes) for named in problem.scenes}


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def listed(scenes: Iterable[Scene]) -> list[dict[str, Any]]:
    """The same as a list, for who does not see the drawing: each scene with where its choices lead."""
    held = list(scenes)
    titles = {scene.code: scene.title for scene in held}
    return [
        {"scene": scene, "targets": [{"code": code, "title": titles.get(code)} for code in scene.leads_to]}
        for scene in held
    ]


class StoryMapPanel(Panel):
    """Shows the story as it was saved last."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "education/admin/story_map.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            graph = self.instance.graph()
            return {
                **context,
                "problems": problems(graph),
                "rows": listed(graph),
                "drawing": draw(graph),
                "box": {"width": WIDTH, "height": HEIGHT},
            }
