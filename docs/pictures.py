"""Draws the pictures of the screen that README and the guide show: `make pictures`.

Each is the real app, opened on an example, after the keys named here.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from engine import Session, examples, new_network
from engine.datasets import load_dataset
from engine.edits.dataset import samples_of
from engine.edits.training import SetTraining
from engine.training.settings import TrainingSettings
from tui.app import PlaygroundApp
from tui.files.export import without_fonts
from tui.files.source import Source
from tui.state.workspace import Workspace
from tui.theme import DARK, LIGHT

TRAIN_AN_EPOCH = "Z"
FOLDER = Path(__file__).parent / "pictures"


def circle() -> Session:
    """The made data of a disc within a ring, under a network that can learn them."""
    start = Session(new_network((2, 6, 1), ["tanh", "sigmoid"], "xavier", 3), title="A circle")
    edit = samples_of(load_dataset("circle"), noise=10, seed=1, test_percent=50)
    settings = TrainingSettings(optimizer="adam", learning_rate=0.03)
    return SetTraining(settings).apply(edit.apply(start))


@dataclass(frozen=True)
class Picture:
    """One picture: what is opened, the size of the terminal, the keys pressed, the theme."""

    name: str
    opened: str | Callable[[], Session]
    columns: int
    rows: int
    keys: str = ""
    theme: str = DARK.name


PICTURES = (
    Picture("playground", "binary-classifier", 120, 36, "tab tab right"),
    Picture("first-minute-light", "binary-classifier", 80, 24, theme=LIGHT.name),
    # Table on the right, Samples on the left, sample 4, the cursor on the weight h2→o1.
    Picture(
        "xor-samples-and-table",
        "xor-step",
        120,
        36,
        "shift+tab 5 shift+tab 4 tab tab tab tab right" + 3 * " greater_than_sign",
    ),
    Picture("training", circle, 120, 36, "tab tab tab tab 9 tab v v v v v v v v " + 60 * "Z "),
    Picture("xor-map", "xor-step", 120, 36, "shift+tab 8 shift+tab 9"),
    # Compared with a remembered state, derivatives below the numbers; what changed on the left.
    Picture(
        "what-changed",
        "binary-classifier",
        120,
        36,
        "tab p right_curly_bracket shift+tab shift+tab 8 shift+tab 6 g",
    ),
    # The second step of a lesson, with a wrong answer.
    Picture("lesson", "xor-step", 80, 24, "f4 x o r enter f4 n 3"),
    Picture("activations", "binary-classifier", 120, 36, "tab a"),
    # Sum on the right of the bars of softmax, the cursor on the weight h2→o1.
    Picture("softmax-and-sum", "three-classes", 120, 36, "shift+tab 3 tab tab tab right"),
)


async def draw(picture: Picture) -> str:
    """Return the picture as SVG, which asks for no font from elsewhere."""
    app = PlaygroundApp(lambda: _open(picture.opened))
    app.theme = picture.theme
    async with app.run_test(size=(picture.columns, picture.rows)) as pilot:
        await _settle(pilot)
        n_epochs = 0
        for key in picture.keys.split():
            await pilot.press(key)
            await _settle(pilot)
            if key == TRAIN_AN_EPOCH:
                n_epochs += 1
                while app.main_screen is None or _epochs(app.main_screen.present) < n_epochs:
                    await pilot.pause(0.01)
        svg = app.export_screenshot(title="nn-play")
    return without_fonts(svg)


def _open(opened: str | Callable[[], Session]) -> tuple[Session, Source | None]:
    if isinstance(opened, str):
        return examples.load(opened), Source(opened, None, opened)
    return opened(), None


def _epochs(workspace: Workspace) -> int:
    return 0 if workspace.run is None else workspace.run.epochs


async def _settle(pilot: Pilot[None]) -> None:
    for _ in range(6):
        await pilot.pause()


def main() -> None:
    """Draw all pictures with the choices of a first start, not those of whoever draws them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = folder
        for picture in PICTURES:
            path = FOLDER / f"{picture.name}.svg"
            path.write_text(asyncio.run(draw(picture)), encoding="utf-8")
            print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main()
