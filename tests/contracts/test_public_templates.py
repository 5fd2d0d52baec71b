"""The list of public templates is whole: a template without a state, or a state without a template, fails (DECISIONS 59)."""

from __future__ import annotations

from tests.public_templates import (
    PRIVATE_FRAMES,
    PUBLIC_FRAMES,
    STATES,
    frame_of,
    frames,
    public_templates,
    templates,
)


def test_every_public_template_has_a_state() -> None:
    assert public_templates() == {state.template for state in STATES}


def test_every_frame_is_known_as_public_or_private() -> None:
    assert frames() == PUBLIC_FRAMES | PRIVATE_FRAMES


def test_states_have_names_of_their_own() -> None:
    assert len({str(state) for state in STATES}) == len(STATES)


def test_a_new_template_is_noticed(tmp_path) -> None:
    """A file that extends the frame through another one is a page; an include is none."""
    new, between, part = tmp_path / "new.html", tmp_path / "between.html", tmp_path / "part.html"
    new.write_text('{% extends "between.html" %}')
    between.write_text("{% extends 'base.html' %}")
    part.write_text("<p>")
    held = {**templates(), "new.html": new, "between.html": between, "part.html": part}
    assert (frame_of("new.html", held), frame_of("part.html", held)) == ("base.html", None)
