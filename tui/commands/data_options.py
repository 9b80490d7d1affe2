"""The options by which a command is given samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from engine.datasets import DATASETS
from tui.commands import completion
from tui.commands.arguments import within

Command = TypeVar("Command", bound=Callable[..., Any])

_MOST_NOISE = 50
_MOST_TEST_PERCENT = 90


def csv_options(command: Command) -> Command:
    """Add --data, and what says how to read it, to a command."""
    options = [
        click.option(
            "--data",
            "file",
            metavar="FILE.csv",
            shell_complete=completion.files,
            help="Take the samples from a CSV file, one a row; the last column is the target.",
        ),
        click.option(
            "--target-column",
            metavar="COLUMN",
            help="The name of the target's column, or its number from 1.",
        ),
        click.option(
            "--feature-columns",
            metavar="COLUMNS",
            help="The columns to read as inputs, such as age,height or 1,3.  [default: all others]",
        ),
        click.option(
            "--classes/--no-classes",
            default=None,
            help="Take the target's numbers as classes, or as numbers.  [default: two whole "
            "numbers are classes for a network that answers with a class]",
        ),
        click.option(
            "--standardize",
            "standardise",
            is_flag=True,
            help="Bring every feature to mean 0 and standard deviation 1.",
        ),
    ]
    return _with(command, options)


def dataset_options(command: Command) -> Command:
    """Add --dataset, and what says how to make and split it, to a command."""
    options = [
        click.option(
            "--dataset",
            metavar="NAME",
            shell_complete=completion.datasets,
            help=f"Take the samples from a data set: {', '.join(DATASETS)}.",
        ),
        click.option(
            "--noise",
            metavar="PERCENT",
            type=int,
            callback=within(0, _MOST_NOISE),
            help="Noise in a data set that is made, 0 to 50.",
        ),
        click.option(
            "--test",
            "test_percent",
            metavar="PERCENT",
            type=int,
            callback=within(0, _MOST_TEST_PERCENT),
            help="Set so many of the samples aside as the test set, 0 to 90.",
        ),
        click.option(
            "--derived",
            metavar="LIST",
            help="Inputs computed from the others, such as x1^2,x1*x2,sin(x1).",
        ),
        click.option(
            "--fit",
            is_flag=True,
            help="Give the network as many inputs and outputs as the data need, and a last "
            "activation that suits them.",
        ),
    ]
    return _with(command, options)


def _with(command: Command, options: Sequence[Callable[[Command], Command]]) -> Command:
    # The last one added stands first in the help.
    for option in reversed(options):
        command = option(command)
    return command
