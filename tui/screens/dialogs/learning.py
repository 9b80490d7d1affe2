"""The dialog of training settings, with a line on what each one means."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.nn.arrays import FloatArray
from engine.nn.losses import LOSSES, default_loss, loss
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_number
from engine.training.settings import ALL, OPTIMIZER_NAMES, BatchSize, TrainingSettings
from tui.screens.dialogs.dialog import Dialog, Entry, plain
from tui.screens.dialogs.fields import Choice, Field, Fields, SteppedEntry, SteppedSeed
from tui.state.typed_numbers import evaluate

LEARNING_RATES = (
    "0.00001",
    "0.0001",
    "0.001",
    "0.003",
    "0.01",
    "0.03",
    "0.1",
    "0.3",
    "1",
    "3",
    "10",
)
"""Those of TensorFlow Playground."""

REGULARISATION_RATES = ("0", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
MOMENTA = ("0", "0.5", "0.8", "0.9", "0.95", "0.99")
_BATCH_SIZES = (1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000)

OPTIMIZER_DESCRIPTIONS = {
    "sgd": "plain steps downhill, longer where it is steeper",
    "momentum": "steps that keep most of the speed of the ones before",
    "rmsprop": "steps of about the same length for every number, however steep its slope",
    "adam": "speed as in momentum, with steps of about the same length for every number",
}

LOSS_DESCRIPTIONS = {
    "squared_error": "half the squared difference, summed over the outputs",
    "mse": "the squared difference, mean over samples and outputs",
    "mae": "the difference without its sign, mean over samples and outputs",
    "huber": "mse's curve near the target, mae's straight line from a difference of 1 on",
    "bce": "-ln of the chance given to the right answer, yes or no",
    "cross_entropy": "-ln of the chance given to the right class",
}

SETTING_DESCRIPTIONS = {
    "learning-rate": "how far a step goes: too short is slow, too long overshoots",
    "momentum": "how much of its speed a step keeps, from 0 to below 1",
    "l1": "pulls every weight towards 0 equally, so that useless ones become 0",
    "l2": "pulls weights towards 0, large ones the most",
    "shuffle": "whether each epoch takes the samples in a new order",
    "seed": "of the shuffling: the same seed repeats a run exactly",
}
"""What each setting means, by the id of its field."""

_USUAL = "usual"
_YES, _NO = "yes", "no"


def number_text(value: float) -> str:
    """Return the number as one would type it."""
    if value and (value < 1e-5 or value >= 1e16):
        return repr(value)
    return np.format_float_positional(value, trim="-")


def read_number(text: str, name: str, below: float = math.inf) -> float:
    """Return the number from 0 to below `below`; raise ValueError, beginning with the name."""
    try:
        value = evaluate(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if not 0 <= value < below:
        upper = "up" if below == math.inf else f"to below {below:g}"
        raise ValueError(
            f"{name}: {format_number(value, FULL_DIGITS)} is out of range; a number from 0 {upper}"
        )
    return value


def read_batch_size(text: str) -> BatchSize:
    """Return the batch size; raise ValueError for anything else."""
    text = text.strip().lower()
    if text == ALL:
        return ALL
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise ValueError(f"batch size: a whole number from 1 up, or {ALL}")
    return int(text)


def suggested_batch_sizes(n_samples: int) -> list[str]:
    """Return common sizes below the number of training samples, and ALL."""
    return [*(str(size) for size in _BATCH_SIZES if size < n_samples), ALL]


def describe_steps(batch_size: BatchSize, n_samples: int) -> str:
    """Return how many steps an epoch has."""
    if batch_size == ALL or batch_size >= n_samples:
        return f"an epoch is one step with all {n_samples} samples"
    n_steps, rest = divmod(n_samples, batch_size)
    samples = "1 sample" if batch_size == 1 else f"{batch_size} samples"
    last = f" and one of {rest}" if rest else ""
    return f"{n_steps} step{'s' * (n_steps > 1)} of {samples}{last} make an epoch"


def loss_problem(session: Session, name: str | None) -> str:
    """Return why the session cannot use a loss, in one line; empty where it can.

    name: of the loss, None for the default of the task.
    """
    activation = session.network.layers[-1].activation
    targets = _targets_or_some(session)
    outputs = np.full(targets.shape, 0.5)
    try:
        loss(name or default_loss(session.task), outputs, outputs, targets, activation)
    except ValueError as error:
        return str(error)
    return ""


def suitable_losses(session: Session) -> list[str]:
    """Return the losses that the session can use."""
    return [name for name in LOSSES if not loss_problem(session, name)]


def _targets_or_some(session: Session) -> FloatArray:
    """The targets of the session or, if it has none, some that suit every loss."""
    if session.targets is not None:
        return session.targets
    return np.eye(1, session.network.n_outputs)


class LearningSettings(Dialog[TrainingSettings]):
    """Optimiser, rates, batches and loss, with a line on the setting that has the focus.

    session: the one with these settings; its samples and last layer decide which losses suit.
    """

    DEFAULT_CSS = """
    LearningSettings {
        #fields {
            height: auto;
        }
        Field > Static {
            min-width: 17;
        }
        #words {
            height: auto;
            min-height: 2;
            max-height: 4;
            margin: 1 1 0 1;
        }
        &.-short > #box, &.-narrow > #box {
            height: 100%;
        }
        &.-short #fields, &.-narrow #fields {
            height: 1fr;
        }
        &.-short #words, &.-narrow #words {
            margin: 0 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Use these", priority=True),
        Binding("tab", "app.focus_next", "Next"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__("Learning")
        self._session = session
        self._settings = session.training or TrainingSettings()

    def compose_body(self) -> Iterable[Widget]:
        now = self._settings
        batch_size = str(now.batch_size)
        suggestions = suggested_batch_sizes(self._session.n_train)
        with Fields(id="fields"):
            yield Field("optimiser", Choice(OPTIMIZER_NAMES, now.optimizer, id="optimizer"))
            yield _number_field("learning rate", now.learning_rate, LEARNING_RATES)
            yield _number_field("momentum", now.momentum, MOMENTA)
            yield Field("batch size", SteppedEntry(batch_size, suggestions, id="batch-size"))
            yield Field("loss", self._choice_of_loss())
            yield _number_field("L1", now.l1, REGULARISATION_RATES)
            yield _number_field("L2", now.l2, REGULARISATION_RATES)
            yield Field("shuffle", Choice((_YES, _NO), _YES if now.shuffle else _NO, id="shuffle"))
            yield Field("seed", SteppedSeed(now.seed))
        yield Static(id="words")

    def _choice_of_loss(self) -> Choice:
        names = suitable_losses(self._session)
        present = self._settings.loss
        if present is not None and present not in names:
            names.append(present)
        usual = f"{default_loss(self._session.task)}, the usual one for {self._session.task}"
        return Choice([_USUAL, *names], present or _USUAL, labels=[usual, *names], id="loss")

    def _typed(self, id: str) -> str:
        return self.query_one(f"#{id}", Entry).value

    def _chosen(self, id: str) -> str:
        return self.query_one(f"#{id}", Choice).word

    @property
    def _loss(self) -> str | None:
        name = self._chosen("loss")
        return None if name == _USUAL else name

    @property
    def _momentum(self) -> float:
        if self._chosen("optimizer") != "momentum":
            return self._settings.momentum
        return read_number(self._typed("momentum"), "momentum", below=1)

    def _read(self) -> TrainingSettings:
        """The settings as typed; raises ValueError, naming the wrong one."""
        return TrainingSettings(
            optimizer=self._chosen("optimizer"),
            learning_rate=read_number(self._typed("learning-rate"), "learning rate"),
            momentum=self._momentum,
            batch_size=read_batch_size(self._typed("batch-size")),
            loss=self._loss,
            l1=read_number(self._typed("l1"), "L1"),
            l2=read_number(self._typed("l2"), "L2"),
            shuffle=self._chosen("shuffle") == _YES,
            seed=self.query_one(SteppedSeed).seed,
        )

    @on(Input.Changed)
    @on(Choice.Changed)
    def _judge(self) -> None:
        # Only the optimiser momentum uses it.
        self.query_one("#momentum").disabled = self._chosen("optimizer") != "momentum"
        try:
            settings = self._read()
        except ValueError as error:
            self._say(str(error), wrong=True)
            return
        problem = loss_problem(self._session, self._loss)
        self._say(problem or self._description_of(settings), wrong=bool(problem))

    def on_descendant_focus(self) -> None:
        self._judge()

    def _description_of(self, settings: TrainingSettings) -> str:
        """What the setting that has the focus means."""
        field = "" if self.focused is None else self.focused.id or ""
        match field:
            case "optimizer":
                return OPTIMIZER_DESCRIPTIONS[settings.optimizer]
            case "batch-size":
                return describe_steps(settings.batch_size, self._session.n_train)
            case "loss":
                name = settings.loss or default_loss(self._session.task)
                return f"what training makes smaller: {LOSS_DESCRIPTIONS[name]}"
        return SETTING_DESCRIPTIONS.get(field, "")

    def _say(self, text: str, *, wrong: bool) -> None:
        words = self.query_one("#words", Static)
        words.update(plain(text))
        words.set_class(wrong, "wrong").set_class(not wrong, "muted")

    def action_accept(self) -> None:
        self.close_with(self._read)


def _number_field(label: str, value: float, suggestions: tuple[str, ...]) -> Field:
    id = label.lower().replace(" ", "-")
    return Field(label, SteppedEntry(number_text(value), suggestions, id=id))
