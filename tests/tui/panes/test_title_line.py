"""The title line names what is open."""

from __future__ import annotations

from pathlib import Path

from engine import Rename, Session, examples, new_network
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from tui.files.source import Source
from tui.panes.title_line import title_of
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace


def opened(session: Session, source: Source | None) -> Workspace:
    return Workspace.open(session, source, ViewSettings())


def test_the_title_follows_the_data_unless_the_network_has_a_title_of_its_own() -> None:
    spirals = samples_of(load_dataset("spiral", n_samples=20))
    example = opened(examples.load("tiny-net"), Source("tiny-net", None, "tiny-net"))
    assert title_of(example) == "4 features, 5 hidden ReLU, 1 sigmoid"
    assert title_of(example.edited(spirals)) == "Two spirals •"
    named = example.edited(Rename("title", "My spirals")).edited(spirals)
    assert title_of(named) == "My spirals •"
    fresh = opened(Session(new_network((2, 1), ["tanh"])), None)
    assert title_of(fresh) == "new network"
    assert title_of(fresh.edited(spirals)) == "Two spirals •"
    saved = fresh.edited(spirals).saved_to(Source("s.toml", Path("s.toml"), None))
    assert title_of(saved) == "s.toml"
    assert title_of(opened(fresh.edited(spirals).session, None)) == "Two spirals"
