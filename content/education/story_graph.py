"""The graph of a story: scenes, the choices between them, and what is wrong with it. Without Django's database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Scene:
    """One scene: where its choices lead; an ending says what one can do."""

    code: str
    title: str
    leads_to: tuple[str, ...] = ()
    ending: bool = False
    has_advice: bool = False


class Fault(StrEnum):
    """What keeps a story from being published."""

    EMPTY = "empty"
    TWICE = "twice"
    DEAD_TARGET = "dead target"
    NO_CHOICE = "no choice"
    ENDING_GOES_ON = "ending goes on"
    ENDING_WITHOUT_ADVICE = "ending without advice"
    UNREACHABLE = "unreachable"
    NO_ENDING_AHEAD = "no ending ahead"


SENTENCES: Mapping[Fault, Promise] = {
    Fault.EMPTY: _("The story has no scene yet."),
    Fault.TWICE: _("Two scenes have the same code: %(scenes)s."),
    Fault.DEAD_TARGET: _("A choice leads to a scene that does not exist: %(scenes)s."),
    Fault.NO_CHOICE: _("A scene has no choice and is no ending: %(scenes)s. Add a choice, or say which ending it is."),
    Fault.ENDING_GOES_ON: _("An ending has choices: %(scenes)s. The way back to the beginning stands there by itself."),
    Fault.ENDING_WITHOUT_ADVICE: _("An ending does not say what one can do: %(scenes)s."),
    Fault.UNREACHABLE: _("No choice leads to this scene: %(scenes)s."),
    Fault.NO_ENDING_AHEAD: _("From this scene no ending can be reached: %(scenes)s."),
}


@dataclass(frozen=True)
class Problem:
    """A fault, and the codes of the scenes that have it (of a dead target: “scene → target”)."""

    fault: Fault
    scenes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(SENTENCES[self.fault]) % {"scenes": ", ".join(self.scenes)}


def problems(scenes: Sequence[Scene]) -> list[Problem]:
    """Everything that is wrong; the first scene is the beginning."""
    if not scenes:
        return [Problem(Fault.EMPTY)]
    by_code = {scene.code: scene for scene in reversed(scenes)}
    codes = [scene.code for scene in scenes]
    ahead = _reached(by_code, [scenes[0].code])
    behind = _reached(_backwards(by_code), [scene.code for scene in scenes if scene.ending])
    found = {
        Fault.TWICE: dict.fromkeys(code for code in codes if codes.count(code) > 1),
        Fault.DEAD_TARGET: [
            f"{scene.code} → {code or '?'}" for scene in scenes for code in scene.leads_to if code not in by_code
        ],
        Fault.NO_CHOICE: [scene.code for scene in scenes if not scene.ending and not scene.leads_to],
        Fault.ENDING_GOES_ON: [scene.code for scene in scenes if scene.ending and scene.leads_to],
        Fault.ENDING_WITHOUT_ADVICE: [scene.code for scene in scenes if scene.ending and not scene.has_advice],
        Fault.UNREACHABLE: [code for code in dict.fromkeys(codes) if code not in ahead],
        # One without any choice is named above; here are those that have choices, all of them in vain.
        Fault.NO_ENDING_AHEAD: dict.fromkeys(s.code for s in scenes if s.leads_to and s.code not in behind),
    }
    return [Problem(fault, tuple(named)) for fault, named in found.items() if named]


def layers(scenes: Sequence[Scene]) -> list[list[Scene]]:
    """Scenes by how many choices lie before them, for drawing; those that nothing leads to come last."""
    by_code = {scene.code: scene for scene in reversed(scenes)}
    placed: dict[str, int] = {}
    here = [scenes[0].code] if scenes else []
    depth = 0
    while here:
        placed.update(dict.fromkeys(here, depth))
        ahead = (code for at in here for code in by_code[at].leads_to)
        here = list(dict.fromkeys(code for code in ahead if code in by_code and code not in placed))
        depth += 1
    rows: list[list[Scene]] = [[] for _depth in range(depth)]
    for scene in by_code.values():
        if scene.code in placed:
            rows[placed[scene.code]].append(scene)
    lost = [scene for scene in by_code.values() if scene.code not in placed]
    order = {scene.code: number for number, scene in enumerate(scenes)}
    return [sorted(row, key=lambda scene: order[scene.code]) for row in [*rows, lost] if row]


def _reached(by_code: Mapping[str, Scene], start: Iterable[str]) -> set[str]:
    """Every scene that choices lead to from ``start``, itself included."""
    found: set[str] = set()
    open_ = [code for code in start if code in by_code]
    while open_:
        code = open_.pop()
        if code not in found:
            found.add(code)
            open_.extend(target for target in by_code[code].leads_to if target in by_code)
    return found


def _backwards(by_code: Mapping[str, Scene]) -> dict[str, Scene]:
    """The same scenes with every choice turned round."""
    sources: dict[str, list[str]] = {code: [] for code in by_code}
    for scene in by_code.values():
        for target in scene.leads_to:
            if target in sources:
                sources[target].append(scene.code)
    return {code: Scene(code, "", tuple(came_from)) for code, came_from in sources.items()}
