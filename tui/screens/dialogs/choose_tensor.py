"""Chooses what to open from a file that is not opened whole: a matrix and its neurons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.formats.reading import MAX_PARAMETERS
from engine.formats.tensors.safetensors_header import TensorEntry
from engine.formats.tensors.values import DTYPE_NAMES, shape_text
from engine.text import quoted
from tui.files.borrow import SUGGESTED_NEURONS, n_neurons_of, parse_neurons
from tui.screens.dialogs.dialog import plain
from tui.screens.dialogs.lists import Choose
from tui.screens.dialogs.prompt import Prompt

_MAX_SHOWN = 500
"""A longer list is slow to make; typing narrows it."""


class ChooseTensor(Choose[TensorEntry]):
    """The matrices of a file, narrowed by any part of their names."""

    DEFAULT_CSS = """
    ChooseTensor {
        #shape {
            height: auto;
        }
        #why {
            height: auto;
            margin: 1 0 0 0;
        }
        &.-narrow #why {
            margin: 0;
        }
    }
    """

    def __init__(self, source_name: str, why: str, tensors: Sequence[TensorEntry]) -> None:
        super().__init__(f"Open one layer of {source_name}", "part of a name")
        self._why = why
        self._tensors = tuple(tensors)

    def matching(self, text: str) -> tuple[Sequence[TensorEntry], int, str]:
        words = text.lower().split()
        near = [
            entry for entry in self._tensors if all(word in entry.name.lower() for word in words)
        ]
        if not near:
            return [], 0, "no matrix has this in its name"
        near.sort(key=lambda entry: entry.name != text)
        return near[:_MAX_SHOWN], 0, ""

    def label(self, item: TensorEntry) -> Content:
        return Content.assemble(plain(item.name), (f"  {shape_text(item.shape)}", "dim"))

    def compose_detail(self) -> Iterable[Widget]:
        yield Static(id="shape", markup=False)
        yield Static(plain(f"The file {self._why}."), id="why", classes="muted", markup=False)

    def show_detail(self, item: TensorEntry) -> None:
        size = f"{item.n_bytes / 1e6:,.1f} MB" if item.n_bytes >= 1e5 else f"{item.n_bytes:,} bytes"
        self.query_one("#shape", Static).update(
            plain(f"{item.name}\n{shape_text(item.shape)}, {DTYPE_NAMES[item.dtype]}, {size}")
        )


class AskNeurons(Prompt):
    """Asks which neurons of a matrix to open, suggesting no more than can be opened."""

    def __init__(self, entry: TensorEntry, transposed: bool) -> None:
        n_neurons = n_neurons_of(entry, transposed)
        n_inputs = n_neurons_of(entry, not transposed)
        most = max(1, MAX_PARAMETERS // (n_inputs + 1))
        suggested = min(n_neurons, SUGGESTED_NEURONS, most)

        def wrong(text: str) -> str | None:
            try:
                chosen = parse_neurons(text, n_neurons)
            except ValueError as error:
                return str(error)
            if len(chosen) > most:
                return f"{len(chosen):,} neurons; at most {most:,} of this size are opened"
            return None

        super().__init__(
            f"Neurons of {quoted(entry.name)}",
            value=f"1-{suggested}" if suggested > 1 else "1",
            hint=f"of 1 to {n_neurons:,}, each with {n_inputs:,} inputs; such as 1-64,100",
            check=wrong,
        )
