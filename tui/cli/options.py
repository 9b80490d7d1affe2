"""Arguments and options shared by several commands, and the error they raise."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui.files.options import NO_OPTIONS, SourceOptions
from tui.terminal import escaped

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from engine.session.session import Session
    from tui.files.source import Source

Command = TypeVar("Command", bound=Callable[..., Any])


class CommandError(click.ClickException):
    """A request that cannot be met: one line that begins with what it is about."""

    exit_code = 2


def finite(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """Return `value` as a finite number: a callback for options; raises BadParameter."""
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise click.BadParameter(f"{value[:40]!r} is not a finite number")
    return number


def within(
    lowest: int, highest: int
) -> Callable[[click.Context, click.Parameter, int | None], int | None]:
    """Return a callback for an option that takes a whole number from `lowest` to `highest`.

    click's own range type would print its notation in the help.
    """

    def check(context: click.Context, parameter: click.Parameter, value: int | None) -> int | None:
        if value is not None and not lowest <= value <= highest:
            raise click.BadParameter(
                f"{str(value)[:40]} is not a whole number from {lowest} to {highest}"
            )
        return value

    return check


def one_of(
    *words: str,
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return a callback for an option that takes one of a few words."""

    def check(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in words:
            raise click.BadParameter(f"{value[:40]!r} is neither {' nor '.join(words)}")
        return value

    return check


@contextmanager
def about(subject: str) -> Iterator[None]:
    """Report a ValueError of the engine as one line that begins with `subject`."""
    try:
        yield
    except ValueError as error:
        raise CommandError(f"{escaped(subject)}: {error}") from error


def read(text: str, given: SourceOptions = NO_OPTIONS) -> tuple[Session, Source]:
    """Return the session that SOURCE names; raise CommandError if it cannot be read.

    given: what the options say about the source.
    """
    # Imported here, since the playground paints its first frame before it needs NumPy.
    from tui.files.source import SourceError, read_source

    try:
        return read_source(text, given)
    except SourceError as error:
        raise CommandError(str(error)) from error


def check_writable(path: Path, force: bool) -> None:
    """Raise CommandError if a file exists and must not be overwritten."""
    if path.exists() and not path.is_dir() and not force:
        raise CommandError(f"{escaped(str(path))}: exists already; --force writes over it")


def _completed_by(
    name: str,
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]:
    """The function of this name in `completion`, which is imported when the shell asks."""

    def complete(
        context: click.Context, parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        from tui.cli import completion

        offer: Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]
        offer = getattr(completion, name)
        return offer(context, parameter, incomplete)

    return complete


def source_argument(required: bool = True) -> Callable[[Command], Command]:
    """Add SOURCE to a command."""
    return click.argument("source", required=required, shell_complete=_completed_by("sources"))


def destination_options(help: str) -> Callable[[Command], Command]:
    """Add -o and --force to a command, which receives `destination` and `force`."""
    destination = click.option(
        "-o", "destination", metavar="FILE", shell_complete=_completed_by("files"), help=help
    )
    force = click.option("--force", is_flag=True, help="Overwrite an existing FILE.")
    return lambda command: destination(force(command))


def activations_option(help: str) -> Callable[[Command], Command]:
    """Add --activations to a command."""
    return click.option(
        "--activations", metavar="NAMES", shell_complete=_completed_by("activations"), help=help
    )


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about its SOURCE to a command, which receives them as one value, `given`."""

    @functools.wraps(command)
    def gathered(
        *arguments: Any,
        activations: str | None,
        transposed: bool | None,
        tensor: str | None,
        bias: str | None,
        neurons: str | None,
        layers: str | None,
        output: str | None,
        **others: Any,
    ) -> Any:
        given = SourceOptions(activations, transposed, tensor, bias, neurons, layers, output)
        return command(*arguments, given=given, **others)

    for option in reversed(_SOURCE_OPTIONS):
        gathered = option(gathered)
    return gathered


_SOURCE_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    activations_option(
        "One activation for each layer, such as relu,leaky_relu(0.2),softmax, if the source "
        "does not give them."
    ),
    click.option(
        "--transposed/--not-transposed",
        default=None,
        help="Matrices have one column per neuron, or one row, if the source does not say.",
    ),
    click.option(
        "--tensor",
        metavar="NAME",
        shell_complete=_completed_by("tensors"),
        help="Open one matrix of a safetensors file as a layer, whatever the file's size.",
    ),
    click.option(
        "--bias",
        metavar="NAME",
        shell_complete=_completed_by("biases"),
        help="The tensor with its biases.  [default: the one of a similar name]",
    ),
    click.option(
        "--neurons",
        metavar="LIST",
        help="Only these of its neurons, such as 1-64,100, counted from 1.",
    ),
    click.option(
        "--layers",
        metavar="NAMES",
        help="The layers or modules to open, in their order, such as encoder,decoder.",
    ),
    click.option(
        "--output",
        metavar="NAME",
        shell_complete=_completed_by("outputs"),
        help="The one to open of an ONNX or Keras model with several outputs.",
    ),
)
