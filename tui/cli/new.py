"""`nn-play new 3-3-1`: a new network."""

from __future__ import annotations

import secrets

import click

from engine.nn.initialisation import INITIALISATIONS, suitable_activations
from engine.nn.parsing import parse_activations, parse_sizes
from engine.session.session import Session
from tui.cli import completion
from tui.cli.export import write
from tui.cli.options import about, activations_option, destination_options, within
from tui.cli.play import Opening, check_terminal
from tui.files.new_network import new_session
from tui.terminal import write_lines

_SEEDS = 1_000_000
"""A drawn seed is below this, so that it is short enough to retype."""
_MAX_SEED = 2**63 - 1

_EPILOG = """\b
Examples:
  nn-play new 4-5-1 --samples 10
  nn-play new 4-8-8-3 --activations tanh,tanh,softmax --init xavier --seed 7 -o net.toml
"""


@click.command(epilog=_EPILOG)
@click.argument("sizes")
@activations_option(
    "One for each layer, such as relu,sigmoid.  [default: relu, and at the end sigmoid for one "
    "output, softmax for several]"
)
@click.option(
    "--seed",
    metavar="NUMBER",
    type=int,
    callback=within(0, _MAX_SEED),
    help="The same seed gives the same numbers.  [default: a new one each time]",
)
@click.option(
    "--init",
    "initialisation",
    metavar="NAME",
    default="uniform",
    show_default=True,
    shell_complete=completion.initialisations,
    help=f"How to draw the numbers: {', '.join(INITIALISATIONS)}; with a scale as in uniform(0.5).",
)
@click.option(
    "--samples",
    metavar="NUMBER",
    type=int,
    help="So many samples with random inputs (normal); the weights do not depend on it.",
)
@destination_options("Write the network to FILE instead of opening it.")
def command(
    sizes: str,
    activations: str | None,
    seed: int | None,
    initialisation: str,
    samples: int | None,
    destination: str | None,
    force: bool,
) -> Opening | None:
    """Make a new network of SIZES, such as 3-3-1: the inputs, then the neurons of each layer."""
    if destination is None:
        check_terminal("-o FILE writes the network instead")
    if seed is None:
        seed = secrets.randbelow(_SEEDS)
    session = _new_session(sizes, activations, initialisation, seed, samples)
    if destination is None:
        return Opening(lambda: (session, None))
    write_lines(write(session, destination, force))
    return None


def _new_session(
    sizes: str, activations: str | None, initialisation: str, seed: int, n_samples: int | None
) -> Session:
    """The network asked for; raises CommandError."""
    with about("new"):
        counts = parse_sizes(sizes)
        names = ",".join(suitable_activations(counts)) if activations is None else activations
        return new_session(counts, parse_activations(names), initialisation, seed, n_samples)
