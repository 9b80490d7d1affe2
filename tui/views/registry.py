"""The table of views: each answers one question about the selection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pkgutil import resolve_name

from textual.strip import Strip

from tui.state.view_settings import ViewNames
from tui.state.workspace import Workspace
from tui.views.gestures import Click, Move
from tui.views.scene import Scene


@dataclass(frozen=True)
class View:
    """One way to look at a scene.

    question: the question it answers. reading: how to read it. Each is a sentence. titled, drawn:
    the paths of the functions `title` and `draw`, imported on first use so that the app starts
    without them. moved, clicked: the same for `move` and `click`, if the view handles arrows and
    clicks itself. filled: the same for whether it has something to show, if that depends.
    """

    name: str
    question: str
    reading: str
    titled: str
    drawn: str
    moved: str | None = None
    clicked: str | None = None
    filled: str | None = None

    @cached_property
    def title(self) -> Callable[[Scene], str]:
        """The function from a scene to a title, one line that says what the drawing shows."""
        function: Callable[[Scene], str] = resolve_name(self.titled)
        return function

    @cached_property
    def draw(self) -> Callable[[Scene, int, int], list[Strip]]:
        """The function from a scene, a width and a height to `height` strips of `width` cells."""
        function: Callable[[Scene, int, int], list[Strip]] = resolve_name(self.drawn)
        return function

    @cached_property
    def move(self) -> Move | None:
        """What an arrow key does inside the drawing; None if it moves from sample to sample."""
        function: Move | None = None if self.moved is None else resolve_name(self.moved)
        return function

    @cached_property
    def click(self) -> Click | None:
        """What a click inside the drawing does."""
        function: Click | None = None if self.clicked is None else resolve_name(self.clicked)
        return function

    def is_filled(self, workspace: Workspace) -> bool:
        """Return whether the view has something to show, rather than what to do first."""
        return self.filled is None or bool(resolve_name(self.filled)(workspace))


VIEWS: tuple[View, ...] = (
    View(
        "Curve",
        "Where does this neuron sit on its activation function?",
        "The sum z runs along the bottom, the out up the side; ● is the current neuron with its "
        "tangent, ○ are the others in its layer, ▸ and ◂ lie beyond the edge.",
        "tui.views.curve.view:curve_title",
        "tui.views.curve.view:draw_curve",
    ),
    View(
        "What if",
        "What would the outputs be if the selected number were different?",
        "The selected weight, bias or input runs along the bottom, and each line is an output; ● "
        "is where we are now, and the dotted line is where a yes turns into a no.",
        "tui.views.what_if:what_if_title",
        "tui.views.what_if:draw_what_if",
    ),
    View(
        "Sum",
        "How does the neuron's sum z come about?",
        "Each row is one weight times its input; bars to the right add to the sum, bars to the "
        "left take away from it, and the last bar is what is left.",
        "tui.views.sum:sum_title",
        "tui.views.sum:draw_sum",
    ),
    View(
        "Samples",
        "What does the network make of every sample?",
        "A row is a sample: its inputs, the outputs, the answer and, where a target is set, "
        "whether it is right (✓) or wrong (✗); ▶ is the one that everything else shows; ← and → go "
        "through the layers, to see what each reads and gives.",
        "tui.views.samples:samples_title",
        "tui.views.samples:draw_samples",
        moved="tui.views.samples:samples_moved",
        clicked="tui.views.samples:sample_clicked",
    ),
    View(
        "Table",
        "How do two numbers together decide an output?",
        "The selected number runs down the side (▶ is its value now), a second one across the top "
        "(▼), and each cell is the output that the two would give; Enter chooses other numbers and "
        "your own values.",
        "tui.views.table:table_title",
        "tui.views.table:draw_table",
    ),
    View(
        "What changed",
        "What did my change do at every stage?",
        "Each changed number has its value before and after, then by how much it rose (▲) or fell "
        "(▼), with a bar; ★ marks the stage that changed most for its size, and +4 after a name "
        "means four more in that stage.",
        "tui.views.changes.view:changes_title",
        "tui.views.changes.view:draw_changes",
        filled="tui.views.availability:has_comparison",
    ),
    View(
        "Which number matters",
        "Which number moves the loss or the output most?",
        "The slope is how fast it rises with that number, the strongest first, bars to the left "
        "for falling; ▶ is the selected number, moved by the arrows, and the last line checks its "
        "slope by moving it. → ranks the hidden neurons by what the loss would be without each, "
        "← ranks numbers again.",
        "tui.views.gradients.view:gradients_title",
        "tui.views.gradients.view:draw_gradients",
        moved="tui.views.gradients.view:move_in_gradients",
        clicked="tui.views.gradients.view:gradient_clicked",
    ),
    View(
        "Diagram",
        "How is the network wired, and what does each neuron give?",
        "Each line is a weight, dashed if it is below 0 and thicker if it is larger, and a larger "
        "out fills its node more; arrows go from node to node, and the framed one is the current "
        "neuron. While g shows derivatives it is the way back: δ in the nodes, gradients as edges.",
        "tui.views.diagram.view:diagram_title",
        "tui.views.diagram.view:draw_diagram",
        moved="tui.views.diagram.navigation:move_in_diagram",
        clicked="tui.views.diagram.view:diagram_clicked",
    ),
    View(
        "Map",
        "What does the network make of every point of two inputs?",
        "One input runs across, another up, and the colour and the signs show the answer or out "
        "there; ◆ is the selected sample, which the arrows move, ■ and □ are test samples, wrong "
        "ones are underlined, and on a dotted line the sum z of a neuron of the first layer is 0.",
        "tui.views.map.view:map_title",
        "tui.views.map.view:draw_map",
        moved="tui.views.map.view:map_moved",
        clicked="tui.views.map.view:map_clicked",
        filled="tui.views.availability:has_two_inputs",
    ),
    View(
        "Distribution",
        "How do the sums and outs spread over all samples, and which neurons are silent?",
        "The higher a bar, the more samples have a sum or out there, and each neuron has a row; "
        "it is off where its slope is 0, saturated where that is nearly 0.",
        "tui.views.distribution.view:distribution_title",
        "tui.views.distribution.view:draw_distribution",
        filled="tui.views.availability:has_many_samples",
    ),
    View(
        "Loss",
        "How does the loss fall as the network learns?",
        "The epochs run along the bottom; ● is the loss over the training samples, ○ over the test "
        "samples, and grey lines are the training losses of earlier runs. If the numbers on the "
        "screen are not those at the end of the curve, their losses are below it.",
        "tui.views.loss.view:loss_title",
        "tui.views.loss.view:draw_loss",
        filled="tui.views.availability:has_run",
    ),
    View(
        "Confusion",
        "Which classes are mistaken for which?",
        "A row is a target, a column an answer of the network, and [ ] are right "
        "answers; ▶ is the row of the selected sample, its cell is underlined, and a click on a "
        "cell goes to the next sample in it. Precision is how many of the answers with a class are "
        "right, recall how many of the samples of that class are found, F1 both in one figure.",
        "tui.views.confusion.view:confusion_title",
        "tui.views.confusion.view:draw_confusion",
        clicked="tui.views.confusion.view:confusion_clicked",
        filled="tui.views.availability:has_targets",
    ),
    View(
        "Runs",
        "How did each training run turn out, and with which settings?",
        "A row is a run, ▶ is the present one; the losses are those after the last epoch.",
        "tui.views.runs:runs_title",
        "tui.views.runs:draw_runs",
        filled="tui.views.availability:has_runs",
    ),
    View(
        "Picture",
        "What does the sample look like, and what does a neuron look for in it?",
        "On the left the inputs as a picture, on the right the weights of a first-layer neuron, "
        "or how fast a later neuron rises with each pixel: + and - are the strongest ones; "
        "◆ is the pixel under the cursor.",
        "tui.views.picture.view:picture_title",
        "tui.views.picture.view:draw_picture",
        moved="tui.views.picture.view:move_in_picture",
        clicked="tui.views.picture.view:picture_clicked",
        filled="tui.views.availability:has_picture",
    ),
)


def view_named(name: str) -> View:
    """Return the view of this name, which must exist."""
    return next(view for view in VIEWS if view.name == name)


def known_views(views: Iterable[str], usual: ViewNames) -> ViewNames:
    """Return `views` if all exist and differ, and usual ones for those missing; else the usual."""
    views, names = tuple(views), {view.name for view in VIEWS}
    if len(set(views) & names) < len(views):
        views = ()
    left, right, third, *_ = dict.fromkeys((*views, *usual))
    return left, right, third


def filled_views(workspace: Workspace) -> Workspace:
    """Return the workspace with other views in place of those that have nothing to show."""
    present = workspace.view.views
    spare = (one.name for one in VIEWS if one.name not in present and one.is_filled(workspace))
    left, right, third = (
        name if view_named(name).is_filled(workspace) else next(spare) for name in present
    )
    return workspace.viewing(views=(left, right, third))
