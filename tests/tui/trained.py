"""Training in a workspace, without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from engine import Edit, Session
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.nn.initialisation import new_network
from tui.screens.main.trainer import Trainer
from tui.state.training import (
    Stretch,
    advance_run,
    begin_run,
    end_stretch,
    pause_run,
    play_run,
    settings_of,
    start_of,
)
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace


def circle(n_samples: int | None = None) -> Session:
    """The circle of TensorFlow Playground under 2→4→2→1, half of it for testing."""
    start = Session(new_network((2, 4, 2, 1), ["tanh", "tanh", "sigmoid"], seed=2))
    data = load_dataset("circle", n_samples, 0, 1)
    return samples_of(data, noise=0, seed=1, test_percent=50).apply(start)


def opened(session: Session) -> Workspace:
    return Workspace.open(session, None, ViewSettings())


def by_hand(workspace: Workspace, what: Stretch, count: int = 1) -> Workspace:
    """The workspace after so many steps or epochs, each at a key of its own."""
    with _training(workspace) as (trainer, there):
        for _ in range(count):
            getattr(trainer, what)(start_of(there))
            there = end_stretch(there, what, trainer.result())
        return there


def by_play(workspace: Workspace, n_epochs: int, *meanwhile: Edit) -> Workspace:
    """The workspace after a run that was paused after so many epochs.

    meanwhile: what is edited after the first of them, while it goes on.
    """
    with _training(workspace) as (trainer, begins):
        there = play_run(begins)
        for epoch in range(n_epochs):
            trainer.epoch(start_of(there))
            there = advance_run(there, replace(trainer.result(), is_playing=True))
            for edit in meanwhile if epoch == 0 else ():
                there = there.edited(edit)
        return pause_run(there)


@contextmanager
def _training(workspace: Workspace) -> Iterator[tuple[Trainer, Workspace]]:
    trainer = Trainer(workspace.session, settings_of(workspace))
    try:
        yield trainer, begin_run(workspace, trainer.latest) if workspace.run is None else workspace
    finally:
        trainer.close()
