"""The title line: what is open, and what it has come to."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.reactive import var

from engine.nn.parameters import neuron_name
from engine.session.names import size_of, sizes_text, summary
from engine.session.prediction import answer
from engine.text import format_number, format_within, printable
from tui.state.pointing import is_asking
from tui.state.run_record import since
from tui.state.workspace import Workspace
from tui.views.answers import losses_now
from tui.widgets.strip_lines import TextLine

_MIN_FOR_OUTPUT = 64
_MIN_FOR_SUMMARY = 120
_NAME = " nn-play "
_KEPT_FOR_TITLE = len(_NAME) + 8


class TitleLine(TextLine):
    """What is open, how large it is, and whether a change is unsaved."""

    painted: var[Workspace | None] = var(None)

    def watch_painted(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        if self.painted is None:
            return
        width = self.size.width
        left, right = title_of(self.painted), state_of(self.painted, width)
        room = max(0, width - len(_NAME) - cell_len(right) - 3)
        if cell_len(left) > room:
            left = set_cell_size(left, max(0, room - 1)) + "…"
        used = len(_NAME) + 1 + cell_len(left) + cell_len(right) + 1
        gap = " " * max(1, width - used)
        self.write((_NAME, "badge"), (" ", "plain"), (left, "bold"), (gap + right, "muted"))


def title_of(workspace: Workspace) -> str:
    """Return the title of what is open, with a dot if it has unsaved changes.

    That is the session's title, or the name of its source; but the name of other data that were
    chosen since, unless the network was renamed too.
    """
    if workspace.lesson is not None:
        return printable(workspace.lesson.lesson.title)
    session, origin, source = workspace.session, workspace.origin, workspace.source
    title = session.title or (source.name if source else None)
    is_own = session.title != origin.title or (source is not None and source.path is not None)
    if session.data is not None and not is_own and (title is None or _has_other_data(workspace)):
        # Imported here: most networks are opened without data sets.
        from engine.datasets import DATASETS

        name = session.data.name
        title = DATASETS[name].title if name in DATASETS else name
    return (title or "new network") + (" •" if workspace.is_unsaved else "")


def _has_other_data(workspace: Workspace) -> bool:
    now, then = workspace.session.data, workspace.origin.data
    return now is not None and (then is None or now.name != then.name)


def state_of(workspace: Workspace, width: int) -> str:
    """Return the text after the title: the run, the size, or on a narrow screen the output."""
    if is_asking(workspace):
        return ""
    if width < _MIN_FOR_OUTPUT:
        return epoch_of(workspace) if workspace.is_training else first_output_of(workspace)
    if workspace.run is None:
        network = workspace.session.network
        if workspace.lesson is not None:
            return _size_in_lesson(workspace, width)
        return summary(network) if width >= _MIN_FOR_SUMMARY else size_of(network)
    parts = run_of(workspace)
    # A number cut short would read as another number.
    while len(parts) > 1 and cell_len(" · ".join(parts)) > width - _KEPT_FOR_TITLE:
        parts.pop()
    return " · ".join(parts)


def _size_in_lesson(workspace: Workspace, width: int) -> str:
    """The sizes, and the number of parameters where that leaves the title whole."""
    network = workspace.session.network
    whole = size_of(network)
    room = width - len(_NAME) - cell_len(title_of(workspace)) - 3
    return whole if cell_len(whole) <= room else sizes_text(network)


def epoch_of(workspace: Workspace) -> str:
    """Return the epoch of the training run, such as "▶ epoch 124"."""
    assert workspace.run is not None
    return f"{'▶' if workspace.is_training else 'paused ·'} epoch {workspace.run.epochs:,}"


def run_of(workspace: Workspace) -> list[str]:
    """Return the parts that describe the training run: "▶ epoch 124", "loss 0.0123", "test 0.015".

    If the losses after that epoch are not those of the numbers on the screen, the parts show both:
    "paused · epoch 124: 0.0123", "now 1.66", "test 1.7". A speed limit comes second.
    """
    run, session, speed = workspace.run, workspace.session, workspace.view.speed
    assert run is not None
    epoch, then = epoch_of(workspace), run.last_losses
    pace = [f"{speed:g} a second"] if workspace.is_training and speed is not None else []
    if run.losses_are_of(session):
        return [epoch, *pace, *_loss_parts("loss", then)]
    # In training, the numbers change before their loss could be read.
    now = None if workspace.is_training else losses_now(session)
    if now is None:
        return [f"{epoch}: {', '.join(_loss_parts('loss', then))}", *pace]
    parts = ["no loss now"] if isinstance(now, str) else _loss_parts(since(run, session), now)
    return [f"{epoch}: {format_number(then[0])}", *parts]


def _loss_parts(name: str, losses: tuple[float, float | None]) -> list[str]:
    """The losses as "loss 0.0123" and, if there are test samples, "test 0.015"."""
    train, test = losses
    return [
        f"{name} {format_number(train)}",
        *([] if test is None else [f"test {format_number(test)}"]),
    ]


def first_output_of(workspace: Workspace) -> str:
    """Return the first output, such as "o1 0.0847", or the answer if there are several outputs."""
    found = answer(workspace.session, workspace.trace.outputs[0])
    if found is not None and workspace.session.network.n_outputs > 1:
        return f"answer {found}"
    network = workspace.session.network
    last = len(network.layers) - 1
    limits = network.layers[-1].activation.limits
    out = format_within(float(workspace.trace.outputs[0, 0]), limits, workspace.view.digits)
    return f"{neuron_name(network, last, 0)} {out}"
