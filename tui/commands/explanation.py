"""The arithmetic of every neuron with its numbers plugged in, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from engine.explain import explain_neuron
from engine.session import Session
from tui.commands.report import Loss, conclusion, loss_lines, title_lines
from tui.commands.words import heading


def explanation(session: Session, loss: Loss) -> Iterator[str]:
    """Yield for each sample one line a neuron, layer by layer, then the outputs and the answer.

    No line is shortened, so that each can be checked by hand.
    """
    yield from title_lines(session)
    for sample in range(session.n_samples):
        if session.n_samples > 1:
            yield ""
            yield f"sample {sample + 1} of {session.n_samples}"
        for layer_index, layer in enumerate(session.network.layers):
            yield ""
            yield heading(session, layer_index)
            for neuron in range(layer.n_neurons):
                yield explain_neuron(session, layer_index, neuron, sample).line()
        yield ""
        yield from conclusion(session, sample)
    yield from loss_lines(session, loss)
