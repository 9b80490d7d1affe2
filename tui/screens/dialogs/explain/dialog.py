"""A step as arithmetic in four parts, to read or to predict first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click
from textual.reactive import var
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from engine import Bias, Parameter, Session, Weight
from engine.explain.check_answer import decimals_typed, judge, true_text
from engine.explain.forward_pass import Line, Question
from engine.explain.working import Cell
from engine.session.names import counted
from engine.training.checkpoint import Checkpoint
from tui.screens.dialogs.dialog import ACTION, Dialog, Hints, plain
from tui.screens.dialogs.explain.entry import QuestionLine, ScrollArea
from tui.screens.dialogs.explain.parts import PARTS, Asked, Key, PartName, WorkedStep
from tui.screens.dialogs.explain.predictions import Predictions
from tui.screens.dialogs.explain.text import Arithmetic, plain_text
from tui.state.typed_numbers import evaluate
from tui.state.view_settings import DIGITS

_ROOMY = 44
"""From this width on the names of the parts have blanks around them."""
_STYLES = {"right": "good", "wrong": "wrong"}


class ExplainResult(NamedTuple):
    """What was chosen in the dialog: the digits shown, and the sample, from 0."""

    digits: int
    sample: int


class PartsLine(Static):
    """The names of the parts; the one shown is marked, and a click goes to another."""

    DEFAULT_CSS = """
    PartsLine {
        height: 1;
        margin: 0 1;
        color: $text-muted;
    }
    """

    part: var[PartName] = var("Forward")

    def watch_part(self) -> None:
        self._write()

    def on_resize(self) -> None:
        self._write()

    def _write(self) -> None:
        names = []
        margin = " " * (self.size.width >= _ROOMY)
        for number, name in enumerate(PARTS, start=1):
            text = plain(f"{margin}{number} {name}{margin}")
            if name == self.part:
                text = text.stylize("bold $text on $primary 40%")
            names.append(text.stylize(Style.from_meta({ACTION: f"part({name!r})"})))
        self.update(Content(" ").join(names))

    async def on_click(self, event: Click) -> None:
        action = event.style.meta.get(ACTION)
        if action is not None and self.screen.is_active:
            await self.app.run_action(action, self.screen)


class Explain(Dialog[ExplainResult]):
    """A step from the inputs to the changed weights as arithmetic, or as questions to predict.

    selected: the layer and neuron, from 0, at which it opens. parameter: the number under the
    cursor. checkpoint: of the run that makes the step, None before the first. The result says what
    was chosen.
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
        Binding("enter", "accept", "Check", priority=True),
        Binding("tab", "next_part(1)", "Next part"),
        Binding("shift+tab", "next_part(-1)", "Previous part", show=False),
        *(
            Binding(str(number), f"part({name!r})", name, show=False)
            for number, name in enumerate(PARTS, start=1)
        ),
        Binding("down,j", "scroll('down')", "Read on", key_display="↓"),
        Binding("p", "predict", "Predict"),
        Binding("p", "reveal", "Show results"),
        Binding("f", "digits", "Digits"),
        Binding("y", "copy", "Copy"),
        Binding("less_than_sign", "sample(-1)", "Previous sample", key_display="<", show=False),
        Binding("greater_than_sign", "sample(1)", "Other sample", key_display="< >"),
        Binding("q,e", "cancel", "Close", key_display="q"),
        Binding("escape", "cancel", "Close", show=False),
        Binding("ctrl+g", "cancel", "Close", show=False),
        Binding("up,k", "scroll('up')", "Up", show=False),
        Binding("pageup", "scroll('page_up')", "Page up", show=False),
        Binding("pagedown", "scroll('page_down')", "Page down", show=False),
        Binding("home", "scroll('home')", "Beginning", show=False),
        Binding("end", "scroll('end')", "End", show=False),
    ]

    AUTO_FOCUS = "#scroll"

    def __init__(
        self,
        session: Session,
        sample: int,
        selected: tuple[int, int],
        digits: int,
        parameter: Parameter,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        super().__init__("Explain")
        self._digits = digits
        self._parameter = parameter
        self._step = WorkedStep(session, sample, selected, checkpoint)
        self._part: PartName = "Forward"
        self._predictions: Predictions | None = None
        self._questions: dict[Key, Asked] = {}
        self._part_of: dict[Key, PartName] = {}
        self._arithmetic = Arithmetic(self._show_marked)
        self._follows = True
        self._n_copied = 0

    def compose_body(self) -> Iterable[Widget]:
        yield PartsLine()
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
            return self._step.session.n_samples > 1
        return True

    @property
    def _asked(self) -> Asked | None:
        current = self._predictions.current if self._predictions else None
        return None if current is None else self._questions[current]

    @property
    def _hidden(self) -> Collection[Key]:
        return self._predictions.hidden if self._predictions else ()

    @property
    def _lines(self) -> list[Line]:
        """What the part shows; one that follows from numbers still asked for is not shown yet."""
        asked = self._asked
        if asked is not None and PARTS.index(self._part) > PARTS.index(self._part_of[asked.key]):
            return [Line("introduction", f"{self._part} comes after what is asked for below.")]
        return self._step.lines(self._part, self._digits, self._hidden)

    def _write(self) -> None:
        """Show the lines as they are now, the question, and the keys that work."""
        self.query_one(PartsLine).part = self._part
        self._arithmetic.show(self._lines, self._marked)
        box, session = self.query_one("#box", Vertical), self._step.session
        if session.n_samples > 1:
            sample = f"sample {self._step.sample + 1} of {session.n_samples}"
            box.border_title = plain(f"Explain: {sample}")
        digits = "all digits" if self._digits == max(DIGITS) else f"{self._digits} decimals"
        score = f"{self._predictions.score} · " if self._predictions else ""
        box.border_subtitle = plain(f"{score}{digits}")
        asked = self._asked
        self.query_one(QuestionLine).ask(None if asked is None else asked.question)
        if asked is None:
            self.query_one("#scroll").focus()
        self.refresh_bindings()
        self.call_after_refresh(self.query_one(Hints).write)

    @property
    def _marked(self) -> Key:
        """The number asked for, or one of the current neuron or of the number under the cursor."""
        asked = self._asked
        if asked is not None:
            return asked.key
        layer_index, neuron = self._step.selected
        match self._part, self._parameter:
            case "Forward", _:
                return Question(layer_index, neuron, "sum")
            case "Update", Weight(layer_index, neuron, column):
                return Cell("updated", layer_index, neuron, column)
            case "Update", Bias(layer_index, neuron):
                return Cell("updated", layer_index, neuron)
            case "Update", _:
                return Cell("updated", layer_index, neuron, 0)
            case "Loss", _:
                return Cell("loss", sample=self._step.sample)
        return Cell("by_out", layer_index, neuron, sample=self._step.sample)

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
        owner = f"{asked.owner}: " if asked.owner else ""
        if not text:
            shown = true_text(asked.number, self._digits)
            self._go_on(predictions.given_up(), f"{owner}{shown}", "muted")
            return
        try:
            guess = evaluate(text)
        except ValueError as error:
            self._say(str(error), "wrong")
            self.app.bell()
            return
        found = judge(asked.number, guess, self._digits, decimals_typed(text))
        verdict = "not right: " if found.verdict == "wrong" else ""
        self._go_on(
            predictions.after(found.verdict),
            f"{owner}{verdict}{found.sentence}",
            _STYLES.get(found.verdict, "muted"),
        )

    def _go_on(self, predictions: Predictions, message: str, style: str) -> None:
        """Ask for the next number, in its part; after the last one stay where one is."""
        self._predictions, self._follows = predictions, True
        if predictions.current is None:
            message = f"{message}. That was all: {predictions.score}"
        else:
            self._part = self._part_of[predictions.current]
        self._say(message, style)
        self._write()

    def action_next_part(self, by: int) -> None:
        """Show the part before or after this one."""
        self.action_part(PARTS[(PARTS.index(self._part) + by) % len(PARTS)])

    def action_part(self, part: PartName) -> None:
        """Show a part."""
        self._part, self._follows, self._n_copied = part, True, 0
        self._say("")
        self._write()

    def action_predict(self) -> None:
        """Hide the results from this part on, and ask for them one by one."""
        self._start_predicting(self._part)
        self._write()

    def action_reveal(self) -> None:
        """Show all results again."""
        self._predictions = None
        self._say("")
        self._write()

    def _start_predicting(self, first: PartName) -> None:
        """Ask for the numbers of the parts from this one on."""
        parts = PARTS[PARTS.index(first) :]
        asked = [(part, one) for part in parts for one in self._step.asked(part)]
        self._questions = {one.key: one for _, one in asked}
        self._part_of = {one.key: part for part, one in asked}
        if not asked:
            self._say("there is nothing to predict: no number here is finite", "wrong")
            return
        self._predictions, self._follows = Predictions(tuple(self._questions)), True
        self._part = asked[0][0]
        self._say("Work each number out by hand and type it, such as 0.5 or 1/3.")

    def action_digits(self) -> None:
        self._follows = False
        self._digits = DIGITS[(DIGITS.index(self._digits) + 1) % len(DIGITS)]
        self._write()

    def action_sample(self, by: int) -> None:
        """Explain another sample; predicting starts again."""
        step = self._step
        sample = max(0, min(step.sample + by, step.session.n_samples - 1))
        if sample == step.sample:
            self.app.bell()
            return
        self._step = replace(step, sample=sample)
        self._follows, self._n_copied = False, 0
        if self._predictions is not None:
            self._start_predicting(self._part_of[self._predictions.questions[0]])
        self._write()

    def action_copy(self) -> None:
        """Copy the part as text; again as Markdown, then LaTeX, unless results are hidden."""
        text = plain_text(self._lines)
        forms = {"text": lambda: text}
        if not self._hidden:
            forms |= self._step.documents(self._part, self._digits)
        names = list(forms)
        name = names[self._n_copied % len(names)]
        self._n_copied += 1
        following = names[self._n_copied % len(names)]
        copied = forms[name]()
        self.app.copy_to_clipboard(copied)
        again = f"; y again copies {following}" if following != name else ""
        self._say(f"copied {counted(copied.count(chr(10)), 'line')} of {name}{again}")

    def action_scroll(self, where: str) -> None:
        self._follows = False
        scroll = self.query_one("#scroll", ScrollArea)
        getattr(scroll, f"scroll_{where}")(animate=False)

    def action_cancel(self) -> None:
        self.dismiss(ExplainResult(self._digits, self._step.sample))
