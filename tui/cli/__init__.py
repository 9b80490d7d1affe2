"""The program `nn-play`: finds the command, runs it, and reports every failure in one line.

The commands are modules of this package, each with a click command named `command`. They print to
standard output and load neither Textual nor plotext; only the called command's module is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from tui.cli.interrupts import Interrupted, interrupts_raised
from tui.terminal import (
    abandon,
    escaped,
    prepare_environment,
    prepare_streams,
    reason_of,
    shortened,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from tui.cli.play import Opening

PROGRAM = "nn-play"
COMMANDS = {
    "new": "Make a new network with random numbers, to open or to write.",
    "run": "Run a network and print what it answers, and how.",
    "info": "Show what a file or an example holds.",
    "train": "Train a network and print how its loss falls.",
    "sweep": "Print the outputs as one weight, bias or input varies.",
    "learn": "Learn how networks work, in small steps.",
    "examples": "List the built-in networks.",
    "export": "Write a network to a file of another name or format.",
    "recover": "List or write the unsaved work of playgrounds that were stopped.",
}
_PLAY = ""
"""The command used when the first word is not one; it cannot be typed."""
_OWN_OPTIONS = ("-h", "--help", "--version")
_COMPLETION = "_NN_PLAY_COMPLETE"
_MAX_LINE_LENGTH = 600

_USAGE = """\
nn-play is a neural-network playground in the terminal: change any number of a small
network, and every later number and every curve follows at once.

Usage:
  nn-play [SOURCE]                 open the playground; by itself on binary-classifier
  nn-play COMMAND [ARGUMENTS]      answer on standard output, without a screen

SOURCE is the id of an example, a file (.toml, .onnx, .safetensors, .npz, .keras, .h5, .json),
or - for TOML on standard input, which the playground cannot take: it needs the keyboard.
The playground also opens data, .csv or .npz, for a new network to learn from.
"""
_MORE = f"""\
Examples:
  nn-play xor-step
  nn-play run binary-classifier -x -1,2,0.5 --explain

Completion of commands, examples and parameters by the Tab key, here for bash:
  eval "$({_COMPLETION}=bash_source nn-play)"      (or zsh_source, fish_source)
"""


class Program(click.Group):
    """A group that imports commands when called; an unknown first word is a SOURCE."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != _PLAY and cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tui.cli.{cmd_name or 'play'}").command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else None
        being_completed = first is None and ctx.resilient_parsing
        if first not in COMMANDS and first not in _OWN_OPTIONS and not being_completed:
            args = [_PLAY, *args]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(_USAGE)
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()), col_spacing=4)
        options = [option.get_help_record(ctx) for option in self.get_params(ctx)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in options if record], col_spacing=4)
        play = self.get_command(ctx, _PLAY)
        of_play = play.params if play else []
        of_source = [one.get_help_record(ctx) for one in of_play if isinstance(one, click.Option)]
        with formatter.section("Options for a SOURCE that does not say this itself"):
            formatter.write_dl([record for record in of_source if record], col_spacing=4)
        formatter.write(f"\n{_MORE}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        from click.shell_completion import CompletionItem

        from tui.cli.completion import sources

        if incomplete.startswith("-"):
            names = [name for option in self.get_params(ctx) for name in option.opts]
            return [CompletionItem(name) for name in names if name.startswith(incomplete)]
        commands = [
            CompletionItem(name, help=words)
            for name, words in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        found = sources(ctx, self.params[0], incomplete)
        return commands + [item for item in found if item.type == "plain" or not commands]


def _print_version(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version(PROGRAM)
        except PackageNotFoundError:
            number = "(not installed)"
        sys.stdout.write(f"{PROGRAM} {number}\n")
        context.exit()


program = Program(
    PROGRAM,
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Print the version and exit.",
        )
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `nn-play` with `arguments`, by default those of the process; return its exit status.

    The status is 0, 2 for bad usage or bad input, after one line on standard error, or 128 plus the
    number of the signal that ended it. It is not a failure if the reader of the output stops
    reading.
    """
    prepare_environment()
    prepare_streams()
    try:
        outcome = _answered(sys.argv[1:] if arguments is None else list(arguments))
        if isinstance(outcome, int):
            return outcome
        from tui.app import play

        return play(outcome.load, outcome.course)
    except click.ClickException as error:
        return _failed(error.format_message())
    except MemoryError:
        return _failed("there is not enough memory for this")
    except Interrupted as interrupt:
        return interrupt.status
    except KeyboardInterrupt:
        return 130


def _answered(arguments: list[str]) -> int | Opening:
    """Run a command and write its output; return its status, or what to open."""
    try:
        with interrupts_raised():
            outcome = _run(arguments)
            sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
        return 0
    except OSError as error:
        abandon(sys.stdout)
        return _failed(f"standard output: {reason_of(error)}")
    return outcome


def _run(arguments: list[str]) -> int | Opening:
    if instruction := os.environ.get(_COMPLETION):
        return _complete(instruction)
    try:
        with program.make_context(PROGRAM, arguments) as context:
            opening: Opening | None = program.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _failed(_usage_message(error, arguments))
    except click.ClickException as error:
        return _failed(error.format_message())
    return 0 if opening is None else opening


def _complete(instruction: str) -> int:
    """Answer the shell's request for completions, or for its completion script."""
    from click.shell_completion import shell_complete

    try:
        return 2 if shell_complete(program, {}, PROGRAM, _COMPLETION, instruction) else 0
    except (KeyError, OSError, ValueError):
        # Nothing may be printed: it would appear in the middle of the line being typed.
        return 2


def _usage_message(error: click.UsageError, arguments: list[str]) -> str:
    """The message on what is wrong with the arguments, and which help to read."""
    # Not every click error knows the command it occurred in.
    command = " ".join([PROGRAM, *(word for word in arguments[:1] if word in COMMANDS)])
    if isinstance(error, click.NoSuchOption):
        message = f"no such option {error.option_name}"
        if error.possibilities:
            message += f"; did you mean {' or '.join(sorted(error.possibilities))}?"
    else:
        message = error.format_message().rstrip(".")
        message = message[:1].lower() + message[1:]
    return f"{message} (see {command} --help)"


def _failed(message: str) -> int:
    line = shortened(escaped(" ".join(message.split())), _MAX_LINE_LENGTH)
    try:
        sys.stderr.write(f"{PROGRAM}: error: {line}\n")
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)
    return 2
