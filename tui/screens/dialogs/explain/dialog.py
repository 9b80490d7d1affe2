"""The forward pass as arithmetic, to read or to predict first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from engine import Session
from engine.explain.check_answer import decimals_typed, diagnose, true_value_text
from engine.explain.forward_pass import Question, explain_forward, question_text
from tui.screens.dialogs.dialog import Dialog, Hints, plain
from tui.screens.dialogs.explain.entry import QuestionLine, ScrollArea
from tui.screens.dialogs.explain.predictions import Predictions
from tui.screens.dialogs.explain.text import Arithmetic, Place, plain_text
from tui.state.formulas import evaluate
from tui.state.view_settings import DIGITS

_STYLES = {"right": "good", "wrong": "wrong"}


class ExplainResult(NamedTuple):
    """What was chosen in the dialog: the digits shown, and the sample, from 0."""

    digits: int
    sample: int


class Explain(Dialog[ExplainResult]):
    """Every sum and out of one sample as arithmetic, or as questions to predict first.

    selected: the layer and neuron, from 0, at which it opens. The result says what was chosen.
    """

    DEFAULT_CSS = """
    Explain {
        & > #box {
            width: 100%;
            height: 100%;
            padding: 0;
            border-subtitle-color: $text-muted;
        }
        #scroll {
            height: 1fr;
            margin: 0 0 0 1;
            scrollbar-gutter: stable;
        }
        #message {
            height: auto;
            max-height: 4;
            margin: 0 1;
            display: none;
        }
        .good {
            color: $text-success;
        }
        #box > Hints {
            margin: 0;
            padding: 0 1;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Check", priority=True, key_display="enter"),
        Binding("p", "predict", "Predict first"),
        Binding("p", "reveal", "Show results"),
        Binding("f", "digits", "Digits"),
        Binding("y", "copy", "Copy"),
        Binding("less_than_sign", "sample(-1)", "Previous sample", key_display="<", show=False),
        Binding("greater_than_sign", "sample(1)", "Other sample", key_display="< >"),
        Binding("q,e", "cancel", "Close", key_display="q"),
        Binding("escape", "cancel", "Close", show=False),
        Binding("ctrl+g", "cancel", "Close", show=False),
        Binding("up,k", "scroll('up')", "Up", show=False),
        Binding("down,j", "scroll('down')", "Down", show=False),
        Binding("pageup", "scroll('page_up')", "Page up", show=False),
        Binding("pagedown", "scroll('page_down')", "Page down", show=False),
        Binding("home", "scroll('home')", "Beginning", show=False),
        Binding("end", "scroll('end')", "End", show=False),
    ]

    AUTO_FOCUS = "#scroll"

    def __init__(
        self, session: Session, sample: int, selected: tuple[int, int], digits: int
    ) -> None:
        super().__init__("Explain")
        self._session = session
        self._selected = selected
        self._digits = digits
        self._pass = explain_forward(session, sample, selected)
        self._predictions: Predictions | None = None
        self._arithmetic = Arithmetic(self._show_marked)
        self._follows = True

    def compose_body(self) -> Iterable[Widget]:
        with ScrollArea(id="scroll"):
            yield self._arithmetic
        yield Static(id="message")
        yield QuestionLine(id="ask")

    def on_mount(self) -> None:
        self._write()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "accept":
            return self._asked is not None
        if action in ("predict", "reveal"):
            return (self._predictions is None) == (action == "predict")
        if action == "sample":
            return self._session.n_samples > 1
        return True

    @property
    def _asked(self) -> Question | None:
        return self._predictions.current if self._predictions else None

    def _write(self) -> None:
        """Show the lines as they are now, the question, and the keys that work."""
        hidden = self._predictions.hidden if self._predictions else ()
        self._arithmetic.show(self._pass.lines(self._digits, hidden), self._marked)
        box = self.query_one("#box", Vertical)
        if self._session.n_samples > 1:
            sample = f"sample {self._pass.sample + 1} of {self._session.n_samples}"
            box.border_title = plain(f"Explain: {sample}")
        digits = "all digits" if self._digits == max(DIGITS) else f"{self._digits} decimals"
        score = f"{self._predictions.score} · " if self._predictions else ""
        box.border_subtitle = plain(f"{score}{digits}")
        asked = self._asked
        question = None if asked is None else question_text(self._session, asked)
        self.query_one(QuestionLine).ask(question)
        if question is None:
            self.query_one("#scroll").focus()
        self.refresh_bindings()
        self.call_after_refresh(self.query_one(Hints).write)

    @property
    def _marked(self) -> Place:
        """The current line: the number asked for, or the sum of the selected neuron."""
        asked = self._asked
        if asked is None:
            return ("sum", *self._selected)
        return (asked.of, asked.layer_index, asked.neuron)

    def _show_marked(self) -> None:
        """Scroll to the current line, unless the user has scrolled elsewhere."""
        if self._follows:
            self.call_after_refresh(self._scroll_to_marked)

    def _scroll_to_marked(self) -> None:
        scroll = self.query_one("#scroll", ScrollArea)
        height = scroll.scrollable_content_region.height
        scroll.scroll_to(y=self._arithmetic.marked_row - height // 2, animate=False)

    def _say(self, text: str, style: str = "muted") -> None:
        message = self.query_one("#message", Static)
        message.display = bool(text)
        message.set_classes(style)
        message.update(plain(text))

    def action_accept(self) -> None:
        """Check the number that was typed; without one, show what it is and go on."""
        asked, predictions = self._asked, self._predictions
        if asked is None or predictions is None:
            return
        text = self.query_one(QuestionLine).typed
        explanation = self._pass.explanation(asked)
        if not text:
            shown = true_value_text(explanation, asked.of, self._digits)
            self._go_on(predictions.given_up(), f"{explanation.name}: {shown}", "muted")
            return
        try:
            guess = evaluate(text)
        except ValueError as error:
            self._say(str(error), "wrong")
            self.app.bell()
            return
        found = diagnose(explanation, guess, asked.of, self._digits, decimals_typed(text))
        verdict = "not right: " if found.verdict == "wrong" else ""
        self._go_on(
            predictions.after(found.verdict),
            f"{explanation.name}: {verdict}{found.sentence}",
            _STYLES.get(found.verdict, "muted"),
        )

    def _go_on(self, predictions: Predictions, message: str, style: str) -> None:
        self._predictions, self._follows = predictions, True
        if predictions.current is None:
            message = f"{message}. That was all: {predictions.score}"
        self._say(message, style)
        self._write()

    def action_predict(self) -> None:
        """Hide the results and ask for them one by one."""
        self._start_predicting()
        self._write()

    def action_reveal(self) -> None:
        """Show all results again."""
        self._predictions = None
        self._say("")
        self._write()

    def _start_predicting(self) -> None:
        questions = tuple(self._pass.questions())
        if not questions:
            self._say("there is nothing to predict: no number here is finite", "wrong")
            return
        self._predictions, self._follows = Predictions(questions), True
        self._say("Work each number out by hand and type it, such as 0.5 or 1/3.")

    def action_digits(self) -> None:
        self._follows = False
        self._digits = DIGITS[(DIGITS.index(self._digits) + 1) % len(DIGITS)]
        self._write()

    def action_sample(self, by: int) -> None:
        """Explain another sample; predicting starts again."""
        sample = max(0, min(self._pass.sample + by, self._session.n_samples - 1))
        if sample == self._pass.sample:
            self.app.bell()
            return
        self._pass = explain_forward(self._session, sample, self._selected)
        self._follows = False
        if self._predictions is not None:
            self._start_predicting()
        self._write()

    def action_copy(self) -> None:
        hidden = self._predictions.hidden if self._predictions else ()
        text = plain_text(self._pass.lines(self._digits, hidden))
        self.app.copy_to_clipboard(text)
        self._say(f"copied {text.count(chr(10))} lines")

    def action_scroll(self, where: str) -> None:
        self._follows = False
        scroll = self.query_one("#scroll", ScrollArea)
        getattr(scroll, f"scroll_{where}")(animate=False)

    def action_cancel(self) -> None:
        self.dismiss(ExplainResult(self._digits, self._pass.sample))
