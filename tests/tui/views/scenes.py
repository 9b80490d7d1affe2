"""Sessions and scenes that the tests of the drawings look at, and how they read a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from rich.cells import cell_len
from textual.strip import Strip

from engine.edits.base import ReturnTo
from engine.edits.history import History
from engine.nn.layer import Layer
from engine.nn.network import Network
from engine.nn.parameters import Input, Parameter
from engine.session.session import Session
from tui.drawing.palette import Palette
from tui.state.run_record import RunRecord
from tui.state.selection import Selection
from tui.state.view_settings import TableSettings, ViewSettings
from tui.state.workspace import Memo, Workspace
from tui.views.scene import Scene

PALETTE = Palette(
    background=(16, 18, 26),
    foreground=(220, 224, 240),
    muted=(120, 124, 140),
    accent=(224, 175, 104),
    positive=(90, 176, 255),
    negative=(255, 158, 74),
    series=((1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)),
    good=(115, 218, 202),
    bad=(247, 118, 142),
)


def classifier(hidden: str = "relu", output: str = "sigmoid") -> Session:
    """The network of the first screen: z = 2.3, 3.1, -0.8, then -2.38."""
    return Session(
        Network(
            [
                Layer(
                    [[0.2, -0.5, 1.0], [-1.5, 2.0, 0.3], [0.7, 0.8, -1.2]], [0.1, -0.3, 0.5], hidden
                ),
                Layer([[0.4, -1.0, 0.6]], [-0.2], output),
            ]
        ),
        np.array([[1.0, 2.0, 3.0]]),
        targets=np.array([[1.0]]),
    )


def random_session(
    sizes: Sequence[int],
    activations: Sequence[str],
    n_samples: int = 8,
    classes: tuple[str, ...] | None = None,
) -> Session:
    """A session of random numbers; targets are one-hot."""
    random = np.random.default_rng(7)
    layers = [
        Layer(random.normal(size=(outputs, inputs)), random.normal(size=outputs), activation)
        for inputs, outputs, activation in zip(sizes, sizes[1:], activations, strict=False)
    ]
    targets = np.eye(sizes[-1])[random.integers(sizes[-1], size=n_samples)]
    inputs = random.normal(size=(n_samples, sizes[0]))
    return Session(Network(layers), inputs, targets=targets, classes=classes)


def layer_with_sums(sums: ArrayLike, activation: str) -> Session:
    """One layer whose sums z are the given ones."""
    column = np.array(sums, dtype=np.float64)[:, np.newaxis]
    return Session(Network([Layer(column, np.zeros(len(column)), activation)]), np.ones((1, 1)))


NO_TABLE_SETTINGS = TableSettings()


def scene_of(
    session: Session,
    layer_index: int = -1,
    neuron: int = 0,
    parameter: Parameter | None = None,
    sample: int = 0,
    table: TableSettings = NO_TABLE_SETTINGS,
    digits: int = 4,
    step: float = 0.1,
    palette: Palette = PALETTE,
    run: RunRecord | None = None,
    runs: tuple[RunRecord, ...] = (),
    is_training: bool = False,
    log_scale: bool = False,
) -> Scene:
    """A scene; without more words the first output and x1 are selected."""
    last = len(session.network.layers) - 1
    selection = Selection(
        parameter or Input(0),
        layer_index % len(session.network.layers),
        neuron,
        sample,
        output=neuron if layer_index in (-1, last) else 0,
    )
    workspace = Workspace(
        session,
        origin=session,
        saved=session,
        selection=selection,
        view=ViewSettings(digits=digits, step=step, table=table, log_scale=log_scale),
        run=run,
        runs=runs,
        is_training=is_training,
    )
    return Scene(workspace, palette)


def changed(scene: Scene, **changes: Any) -> Scene:
    """The scene with another session, selection, view settings or comparison."""
    workspace = scene.workspace
    of_selection = {name: changes.pop(name) for name in _names(Selection) & changes.keys()}
    of_view = {name: changes.pop(name) for name in _names(ViewSettings) & changes.keys()}
    selection = replace(workspace.selection, **of_selection)
    view = replace(workspace.view, **of_view)
    return replace(scene, workspace=replace(workspace, selection=selection, view=view, **changes))


def _names(of: type[Selection | ViewSettings]) -> set[str]:
    return {field.name for field in fields(of)}


def compared(scene: Scene, before: Session, *, pinned: bool) -> Scene:
    """The scene compared with a session that was remembered, or that was there before an edit."""
    if pinned:
        return changed(scene, pinned=before)
    edit = ReturnTo(scene.session, "as it is now")
    _, history = History().record(before, edit, Memo(scene.workspace.selection, None))
    return changed(scene, history=history)


def texts(strips: Sequence[Strip]) -> list[str]:
    return [strip.text for strip in strips]


def places_of(strips: Sequence[Strip], glyph: str) -> list[tuple[int, int]]:
    """The (column, row) of every cell with this character."""
    return [
        (cell_len(text[:place]), row)
        for row, text in enumerate(texts(strips))
        for place, character in enumerate(text)
        if character == glyph
    ]


def colour_at(strips: Sequence[Strip], column: int, row: int) -> tuple[int, int, int]:
    """The foreground of the cell."""
    style = next(iter(strips[row].crop(column, column + 1))).style
    assert style is not None
    assert style.color is not None
    red, green, blue = style.color.get_truecolor()
    return red, green, blue
