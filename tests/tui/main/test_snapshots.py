"""A few snapshots of the screen, which a person has looked at and approved.

`pytest tests/tui/main/test_snapshots.py --snapshot-update` draws them again; look at them before
they are kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot

from engine import examples
from tests.tui.player import Player
from tui.app import PlaygroundApp
from tui.files.settings import Settings, save_settings
from tui.files.source import Source

SnapCompare = Callable[..., bool]
LIGHT = "nn-play-light"


@dataclass(frozen=True)
class Picture:
    """An example in a terminal of a size, after some keys."""

    name: str
    example: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "nn-play-dark"


PICTURES = (
    Picture("first-screen-80x24", "binary-classifier", (80, 24)),
    Picture("weight-120x36", "binary-classifier", (120, 36), ("tab", "tab", "right", "K")),
    Picture("layer-40x12", "binary-classifier", (40, 12), ("right", "down")),
    Picture("samples-light-80x24", "xor-step", (80, 24), ("v", "v", "v", ">"), LIGHT),
    Picture("softmax-and-table-120x36", "three-classes", (120, 36), ("tab", "tab", "V")),
    Picture("four-inputs-80x24", "tiny-net", (80, 24), ("right", "down", "right")),
    Picture("maps-in-the-diagram-light-120x36", "xor-step", (120, 36), ("shift+tab", "8"), LIGHT),
    Picture("three-views-light-200x60", "binary-classifier", (200, 60), ("right",), LIGHT),
    Picture("help-120x36", "binary-classifier", (120, 36), ("right", "?", "b")),
)


def after(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Return what is done before the picture is taken."""

    async def play(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, PlaygroundApp)
        player = Player(app, pilot)
        while app.main_screen is None or app.main_screen.painted is None:
            await player.settle()
        await player.settle()
        await player.press(*keys)

    return play


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_it_looks_as_it_did(picture: Picture, snap_compare: SnapCompare) -> None:
    save_settings(Settings(theme=picture.theme))
    source = Source(picture.example, None, picture.example)
    app = PlaygroundApp(lambda: (examples.load(picture.example), source))
    assert snap_compare(app, terminal_size=picture.size, run_before=after(*picture.keys))
