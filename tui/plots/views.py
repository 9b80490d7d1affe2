"""The views of the plot area: each answers one question about what is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.strip import Strip

from tui.plots.curve import curve_title, draw_curve
from tui.plots.samples import draw_samples, samples_title
from tui.plots.scene import Scene
from tui.plots.sum_bars import draw_sum, sum_title
from tui.plots.table import draw_table, table_title
from tui.plots.what_if import draw_what_if, what_if_title


@dataclass(frozen=True)
class View:
    """One way to look at a scene.

    question: what it answers. reading: how to read it; a sentence each. title: what this drawing
    shows. draw: from a scene, a width and a height to exactly so many strips of so many cells, for
    any size from 1×1 on.
    """

    name: str
    question: str
    reading: str
    title: Callable[[Scene], str]
    draw: Callable[[Scene, int, int], list[Strip]]


VIEWS: tuple[View, ...] = (
    View(
        "Curve",
        "Where does this neuron sit on its activation function?",
        "The sum z runs along the bottom, the out stands at the side; ● is the neuron spoken of, "
        "○ are the others of its layer, ▸ and ◂ lie beyond the edge.",
        curve_title,
        draw_curve,
    ),
    View(
        "What if",
        "What would the outputs be if the selected number were another?",
        "The selected weight, bias or input runs along the bottom, and each line is an output; ● "
        "is where we are now, and the dotted line is where a yes turns into a no.",
        what_if_title,
        draw_what_if,
    ),
    View(
        "Sum",
        "How does the neuron's sum z come about?",
        "Each row is one weight times its input; bars to the right add to the sum, bars to the "
        "left take away from it, and the last bar is what is left.",
        sum_title,
        draw_sum,
    ),
    View(
        "Samples",
        "What does the network make of every sample?",
        "A row is a sample: its inputs, the outputs, the answer and, where a target is set, "
        "whether it is right (✓) or wrong (✗); ▶ is the one that everything else shows.",
        samples_title,
        draw_samples,
    ),
    View(
        "Table",
        "How do two numbers together decide an output?",
        "The selected number runs down the side (▶ is its value now), a second one across the top "
        "(▼), and each cell is the output that the two would give.",
        table_title,
        draw_table,
    ),
)
