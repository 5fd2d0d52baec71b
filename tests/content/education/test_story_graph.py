"""What keeps a story from being published, each in the least story that has it, and how its map is drawn."""

from __future__ import annotations

import pytest

from content.education.panels import draw
from content.education.story_graph import Fault, Problem, Scene, layers, problems


def scene(code: str, *leads_to: str, ending: bool = False, advice: bool = True) -> Scene:
    return Scene(code, code.title(), leads_to, ending, advice)


END = scene("akhir", ending=True)


@pytest.mark.parametrize(
    ("scenes", "found"),
    [
        ([], [Problem(Fault.EMPTY)]),
        ([scene("awal", "akhir"), END], []),
        ([scene("awal", "awal", "akhir"), END], []),
        ([END], []),
        ([scene("awal", "akhir"), END, END], [Problem(Fault.TWICE, ("akhir",))]),
        ([scene("awal", "akhir", "salah"), END], [Problem(Fault.DEAD_TARGET, ("awal → salah",))]),
        ([scene("awal", "akhir", "buntu"), scene("buntu"), END], [Problem(Fault.NO_CHOICE, ("buntu",))]),
        ([scene("awal", "akhir"), scene("akhir", "awal", ending=True)], [Problem(Fault.ENDING_GOES_ON, ("akhir",))]),
        (
            [scene("awal", "akhir"), scene("akhir", ending=True, advice=False)],
            [Problem(Fault.ENDING_WITHOUT_ADVICE, ("akhir",))],
        ),
        ([scene("awal", "akhir"), scene("pulau", "akhir"), END], [Problem(Fault.UNREACHABLE, ("pulau",))]),
        (
            [scene("awal", "akhir", "kiri"), scene("kiri", "kanan"), scene("kanan", "kiri"), END],
            [Problem(Fault.NO_ENDING_AHEAD, ("kiri", "kanan"))],
        ),
        # No ending anywhere: the way round and round is named, whoever is in it.
        ([scene("awal", "lagi"), scene("lagi", "awal")], [Problem(Fault.NO_ENDING_AHEAD, ("awal", "lagi"))]),
        # Only to where nothing is: both are said.
        (
            [scene("awal", "salah")],
            [Problem(Fault.DEAD_TARGET, ("awal → salah",)), Problem(Fault.NO_ENDING_AHEAD, ("awal",))],
        ),
    ],
)
def test_every_fault_is_named_with_its_scenes(scenes: list[Scene], found: list[Problem]) -> None:
    assert problems(scenes) == found


def test_every_fault_has_a_sentence() -> None:
    for fault in Fault:
        assert str(Problem(fault, ("awal",))).strip(), fault


def test_the_map_holds_every_scene_and_every_choice() -> None:
    story = [
        scene("awal", "kiri", "kanan"),
        scene("kiri", "akhir"),
        scene("kanan", "awal"),
        END,
        scene("pulau", "akhir"),
    ]
    assert [[one.code for one in row] for row in layers(story)] == [["awal"], ["kiri", "kanan"], ["akhir"], ["pulau"]]
    drawing = draw(story)
    assert {box.scene.code: box.kind for box in drawing.boxes} == {
        "awal": "scene",
        "kiri": "scene",
        "kanan": "scene",
        "akhir": "ending",
        "pulau": "faulty",
    }
    assert [line.back for line in drawing.lines].count(True) == 2
    assert len(drawing.lines) == 5
    assert all(box.x >= 0 and box.x + 168 <= drawing.width for box in drawing.boxes)


def test_a_half_written_story_is_drawn_all_the_same() -> None:
    assert draw([]).boxes == []
    assert len(draw([scene("", "")]).boxes) == 1
    assert len(draw([scene("awal", "salah"), scene("awal")]).boxes) == 1
