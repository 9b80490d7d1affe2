"""What each pane means, written for somebody who has never seen a network."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class PaneHelp:
    """The help of one pane: its meaning, its counterpart in biology, its role.

    first: an opening paragraph about what the pane shows now.
    """

    title: str
    meaning: str
    biology: str = ""
    role: str = ""
    first: str = ""

    @property
    def text(self) -> str:
        """The whole text: paragraphs separated by an empty line, the later ones with a heading."""
        sections = [self.first, self.meaning] if self.first else [self.meaning]
        if self.biology:
            sections.append(f"In biology\n{self.biology}")
        if self.role:
            sections.append(f"Its role\n{self.role}")
        return "\n\n".join(sections)


INPUTS_HELP = PaneHelp(
    title="inputs",
    meaning=(
        "These are the numbers that come in: one for each feature of the sample that is shown, "
        "such as hours studied or the number of rooms. Change one, and everything to its right is "
        "computed again."
    ),
    biology=(
        "Inputs are the dendrites of a nerve cell, the branches at which the signals of other "
        "cells arrive."
    ),
    role=(
        "The incoming data. The network never changes them; it only weighs them. A row that you "
        "paste is this sample, a matrix all samples."
    ),
)

LAYER_HELP = PaneHelp(
    title="layer",
    meaning=(
        "Each row is one neuron: its weights say how much each input matters and in which "
        "direction, and its bias shifts the threshold, the same for every sample. Weights times "
        "inputs plus bias make the sum z, and the activation function turns z into the out a: how "
        "strongly the neuron fires."
    ),
    biology=(
        "A weight is the strength of a synapse, and below zero it inhibits. The bias is the "
        "cell's intrinsic excitability: how readily it fires by itself. The sum z is the membrane "
        "potential, where all signals meet, and the activation function is the firing threshold: "
        "how much of that potential becomes a signal."
    ),
    role=(
        "Weights set the influence of each input, the bias adjusts the firing threshold, the sum "
        "combines all signals, and the activation function turns it into the output signal. A "
        "hidden layer turns raw inputs into intermediate features; the output layer weighs those "
        "features into a decision. Without activation functions a stack of layers could do no "
        "more than a single layer. A row, a column or a matrix can be pasted at the cursor, and a "
        "listing of weights and biases anywhere; ctrl+y copies them as code."
    ),
)

OUTPUTS_HELP = PaneHelp(
    title="outputs",
    meaning=(
        "These are the outs of the last layer, the answer of the network to the sample that is "
        "shown, first as numbers and then in words. Where a target is set, it stands beside them, "
        "and you see whether the answer is right."
    ),
    biology=(
        "An output is what leaves the cell along its axon: the signal that a muscle or another "
        "cell would receive."
    ),
    role=(
        "The last activation puts the answer into a usable form: sigmoid gives one "
        "probability for yes or no, softmax one for each class, adding up to 1, and identity any "
        "number, such as a price."
    ),
)

PLOTS_HELP = PaneHelp(
    title="plot area",
    meaning=(
        "Each view answers one question about the selected neuron or number: where is it on its "
        "curve, what would the output be if the number were different, how does its sum come "
        "about. The views follow every edit; v and V, or a digit, show another one."
    ),
    biology=(
        "The curve is the cell's response: hardly any signal below the threshold, more and more "
        "above it."
    ),
    role=(
        "Curve: the activation function, with a dot for every neuron of the layer. What if: the "
        "outputs as the selected weight, bias or input runs over a range. Sum: the products that "
        "add up to z. Samples: all samples with their outputs. Table: the output for many values "
        "of two numbers. What changed: each number before and after. Which number matters: the "
        "derivatives, the largest first. Diagram: the network as nodes and lines. Map: the answer "
        "at every point of two inputs. Distribution: how sums and outs spread over all samples."
    ),
)

TIPS_HELP = PaneHelp(
    title="try this",
    meaning=(
        "Small experiments for the network and the selected number; the figures in them "
        "are computed from the current numbers. t shows the next tip, T hides them for good and "
        "brings them back."
    ),
    role="A place to begin. Nothing here can break anything: u undoes every change.",
)

LESSON_HELP = PaneHelp(
    title="lesson",
    meaning=(
        "One small step at a time: read it, do what it asks in the panes above, and a ✓ appears "
        "the moment it holds, while until then the panel says what is still missing. F4 leads here "
        "and back to the numbers, and goes on when a step is done."
    ),
    role=(
        "Your own network is put aside meanwhile, with everything that can be undone in it, and "
        "comes back as it was when you leave. Hints come one after the other, the weakest first; "
        "show me plays the solution, one change at a time. Whatever the text speaks of is lit up."
    ),
)


def help_of_view(name: str, question: str, reading: str) -> PaneHelp:
    """Return the help of the plot area while it shows a view."""
    return replace(PLOTS_HELP, title=name, first=f"{question}\n{reading}")
