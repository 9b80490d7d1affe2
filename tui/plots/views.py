"""The views of the plot area: each answers one question about what is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name

from textual.strip import Strip

from tui.plots.scene import Scene


@dataclass(frozen=True)
class View:
    """One way to look at a scene.

    question: what it answers. reading: how to read it; a sentence each. titled, drawn: where the
    functions behind `title` and `draw` are; they are imported when first used, since no start of
    the app needs to wait for them.
    """

    name: str
    question: str
    reading: str
    titled: str
    drawn: str

    @cached_property
    def title(self) -> Callable[[Scene], str]:
        """From a scene to what its drawing shows, in one line."""
        function: Callable[[Scene], str] = resolve_name(self.titled)
        return function

    @cached_property
    def draw(self) -> Callable[[Scene, int, int], list[Strip]]:
        """From a scene, a width and a height to exactly so many strips of so many cells."""
        function: Callable[[Scene, int, int], list[Strip]] = resolve_name(self.drawn)
        return function


VIEWS: tuple[View, ...] = (
    View(
        "Curve",
        "Where does this neuron sit on its activation function?",
        "The sum z runs along the bottom, the out stands at the side; ● is the neuron spoken of, "
        "○ are the others of its layer, ▸ and ◂ lie beyond the edge.",
        "tui.plots.curve:curve_title",
        "tui.plots.curve:draw_curve",
    ),
    View(
        "What if",
        "What would the outputs be if the selected number were another?",
        "The selected weight, bias or input runs along the bottom, and each line is an output; ● "
        "is where we are now, and the dotted line is where a yes turns into a no.",
        "tui.plots.what_if:what_if_title",
        "tui.plots.what_if:draw_what_if",
    ),
    View(
        "Sum",
        "How does the neuron's sum z come about?",
        "Each row is one weight times its input; bars to the right add to the sum, bars to the "
        "left take away from it, and the last bar is what is left.",
        "tui.plots.sum_bars:sum_title",
        "tui.plots.sum_bars:draw_sum",
    ),
    View(
        "Samples",
        "What does the network make of every sample?",
        "A row is a sample: its inputs, the outputs, the answer and, where a target is set, "
        "whether it is right (✓) or wrong (✗); ▶ is the one that everything else shows.",
        "tui.plots.samples:samples_title",
        "tui.plots.samples:draw_samples",
    ),
    View(
        "Table",
        "How do two numbers together decide an output?",
        "The selected number runs down the side (▶ is its value now), a second one across the top "
        "(▼), and each cell is the output that the two would give.",
        "tui.plots.table:table_title",
        "tui.plots.table:draw_table",
    ),
)


def known_pair(views: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return the names of two views if both exist and differ, else None."""
    names = {view.name for view in VIEWS}
    return views if views is not None and len(set(views) & names) == len(views) else None
