"""Reads a source on the screen, asking for whatever it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from textual.app import App
from textual.screen import ModalScreen

from engine.formats.reading import (
    ActivationsUnknownError,
    NetworkUnknownError,
    OrderUnknownError,
    OrientationUnknownError,
    OutputUnknownError,
)
from engine.formats.tensors.safetensors_header import TensorEntry
from engine.formats.tensors.values import shape_text
from engine.session.session import Session
from engine.text import quoted
from tui.files.options import NO_OPTIONS, SourceOptions
from tui.files.source import Source, SourceError, read_source

Answer = TypeVar("Answer")
Done = Callable[[Session, Source], object]
Failed = Callable[[SourceError], object]

_COLUMNS, _ROWS = "columns", "rows"
_MAX_OUTPUTS = 30


def open_source(
    app: App[Any],
    text: str,
    done: Done,
    failed: Failed,
    cancelled: Callable[[], object] = lambda: None,
    options: SourceOptions = NO_OPTIONS,
) -> None:
    """Read the source that `text` names and pass it to `done`, or the error to `failed`.

    What the source leaves open is asked in dialogs; cancelling one calls `cancelled`.
    """
    try:
        session, source = read_source(text, options)
    except SourceError as error:
        if not ask_about(app, error, done, failed, cancelled):
            failed(error)
    else:
        done(session, source)


def ask_about(
    app: App[Any],
    error: SourceError,
    done: Done,
    failed: Failed,
    cancelled: Callable[[], object],
) -> bool:
    """Ask for what a source that could not be read leaves open, and read it with the answer.

    Returns False, and asks nothing, when no answer would help.
    """

    def again(**answers: Any) -> None:
        options = replace(error.options, **answers)
        open_source(app, error.source.text, done, failed, cancelled, options)

    def ask(dialog: ModalScreen[Answer | None], take: Callable[[Answer], object]) -> None:
        def answered(answer: Answer | None) -> None:
            if answer is None:
                cancelled()
            else:
                take(answer)

        app.push_screen(dialog, answered)

    if isinstance(error.reason, ActivationsUnknownError):
        from tui.screens.dialogs.prompt import AskActivations

        dialog = AskActivations(error.source.name, error.reason.n_layers)
        ask(dialog, lambda names: again(activations=names))
    elif isinstance(error.reason, OrderUnknownError):
        from tui.screens.dialogs.prompt import AskOrder

        ask(
            AskOrder(error.source.name, error.reason.orders[0]),
            lambda names: again(layers=names),
        )
    elif isinstance(error.reason, OrientationUnknownError):
        question = f"{error.source.name}: the shapes fit both ways. What is a neuron?"
        ask(_orientation(question, None), lambda way: again(transposed=way == _COLUMNS))
    elif isinstance(error.reason, OutputUnknownError):
        ask(_output(error.source.name, error.reason), lambda name: again(output=name))
    elif isinstance(error.reason, NetworkUnknownError):
        question = f"{error.source.name} holds several networks. Which one opens?"
        modules = error.reason.modules[:_MAX_OUTPUTS]
        ask(_numbered(question, [(quoted(m), m) for m in modules]), lambda m: again(layers=m))
    elif error.tensors:
        from tui.screens.dialogs.choose_tensor import AskNeurons, ChooseTensor

        def take_tensor(entry: TensorEntry) -> None:
            question = f"{quoted(entry.name)} is {shape_text(entry.shape)}. What is a neuron?"
            ask(_orientation(question, entry), lambda way: take_way(entry, way == _COLUMNS))

        def take_way(entry: TensorEntry, transposed: bool) -> None:
            ask(
                AskNeurons(entry, transposed),
                lambda neurons: again(tensor=entry.name, transposed=transposed, neurons=neurons),
            )

        ask(ChooseTensor(error.source.name, str(error.reason), error.tensors), take_tensor)
    else:
        return False
    return True


def _output(source_name: str, reason: OutputUnknownError) -> ModalScreen[str | None]:
    """Asks which of several outputs to open, by the digits of their order."""
    choices = []
    for name, size in reason.outputs[:_MAX_OUTPUTS]:
        numbers = "" if size is None else f": {size:,} number{'s' * (size != 1)}"
        choices.append((quoted(name) + numbers, name))
    return _numbered(f"{source_name} has several outputs. Which one opens?", choices)


def _numbered(question: str, choices: Sequence[tuple[str, str]]) -> ModalScreen[str | None]:
    """Asks for one of several names by digits; choices: the text and the name of each."""
    from tui.screens.dialogs.ask import NO_KEY, Ask

    # A tenth has no digit of its own; the arrows reach it.
    keys = [str(number) if number < 10 else NO_KEY for number in range(1, len(choices) + 1)]
    return Ask(
        question,
        [
            (key, f"{' ' * 3 * (not key)}{text}", name)
            for key, (text, name) in zip(keys, choices, strict=True)
        ],
    )


def _orientation(question: str, entry: TensorEntry | None) -> ModalScreen[str | None]:
    """Asks whether rows or columns are neurons; entry: the matrix, to show how many of each."""
    from tui.screens.dialogs.ask import Ask

    rows, columns = "", ""
    if entry is not None:
        rows, columns = (
            f": {neurons:,} neurons of {inputs:,} inputs"
            for neurons, inputs in (entry.shape, entry.shape[::-1])
        )
    return Ask(
        question,
        [
            ("r", f"A row, as in PyTorch{rows}", _ROWS),
            ("c", f"A column, as in Keras{columns}", _COLUMNS),
        ],
    )
