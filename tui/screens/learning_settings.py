"""How the network learns: all settings of training in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.losses import default_loss
from engine.session import Session
from engine.training_settings import OPTIMIZER_NAMES, TrainingSettings
from tui.screens.choice import Choice
from tui.screens.dialog import Dialog, Entry, plain
from tui.screens.fields import Field, Fields
from tui.screens.learning_fields import (
    LEARNING_RATES,
    LOSS_WORDS,
    MOMENTA,
    OPTIMIZER_WORDS,
    REGULARISATION_RATES,
    WORDS,
    likely_batch_sizes,
    number_text,
    read_batch_size,
    read_number,
    steps_in_words,
    suitable_losses,
    what_speaks_against,
)
from tui.screens.stepped import ALL, SteppedEntry, SteppedSeed

_USUAL = "usual"
_YES, _NO = "yes", "no"


class LearningSettings(Dialog[TrainingSettings]):
    """Optimiser, rates, batches and loss, with a line on the one that has the focus.

    session: whose settings they are, and whose samples and last layer decide what suits.
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
        Binding("enter", "accept", "Use these", priority=True, key_display="enter"),
        Binding("tab", "app.focus_next", "Next"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__("Learning")
        self._session = session
        self._settings = session.training or TrainingSettings()

    def compose_body(self) -> Iterable[Widget]:
        now = self._settings
        batch_size = ALL if now.batch_size is None else str(now.batch_size)
        likely = likely_batch_sizes(self._session.n_train)
        with Fields(id="fields"):
            yield Field("optimiser", Choice(OPTIMIZER_NAMES, now.optimizer, id="optimizer"))
            yield _number_field("learning rate", now.learning_rate, LEARNING_RATES)
            yield _number_field("momentum", now.momentum, MOMENTA)
            yield Field("batch size", SteppedEntry(batch_size, likely, id="batch-size"))
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
        """The settings as they stand; raises ValueError for what cannot be one."""
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
        # Only the optimiser of that name has one.
        self.query_one("#momentum").disabled = self._chosen("optimizer") != "momentum"
        try:
            settings = self._read()
        except ValueError as error:
            self._say(str(error), wrong=True)
            return
        against = what_speaks_against(self._session, self._loss)
        self._say(against or self._words_for(settings), wrong=bool(against))

    def on_descendant_focus(self) -> None:
        self._judge()

    def _words_for(self, settings: TrainingSettings) -> str:
        """What the setting that has the focus means."""
        field = "" if self.focused is None else self.focused.id or ""
        match field:
            case "optimizer":
                return OPTIMIZER_WORDS[settings.optimizer]
            case "batch-size":
                return steps_in_words(settings.batch_size, self._session.n_train)
            case "loss":
                name = settings.loss or default_loss(self._session.task)
                return f"what training makes smaller: {LOSS_WORDS[name]}"
        return WORDS.get(field, "")

    def _say(self, text: str, *, wrong: bool) -> None:
        words = self.query_one("#words", Static)
        words.update(plain(text))
        words.set_class(wrong, "wrong").set_class(not wrong, "muted")

    def action_accept(self) -> None:
        try:
            settings = self._read()
        except ValueError:
            self.app.bell()
        else:
            self.dismiss(settings)


def _number_field(label: str, value: float, likely: tuple[str, ...]) -> Field:
    id = label.lower().replace(" ", "-")
    return Field(label, SteppedEntry(number_text(value), likely, id=id))
