"""The backward pass of every sample and the step that follows, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from engine.explain.backward_pass import BackwardPass, explain_backward
from engine.explain.update import Update, explain_update, next_batch
from engine.nn.backprop import Gradients
from engine.session.loss import sample_loss
from engine.session.session import Session
from tui.cli.reports.json import number, numbers

_INDENT = "  "


def backward_answers(session: Session) -> dict[str, Any]:
    """Return what `--json --backward` adds: the backward pass of every sample, and one step.

    backward: an object for each sample, None for one without a loss. after_one_step: per layer the
    weights and the bias after the first step of training; None if there is none.
    """
    samples = range(session.n_samples)
    found = map(explain_backward(session, samples).of_sample, samples)
    network = _first_step(session)[1].network
    return {
        "backward": [
            None if gradients is None else _of_sample(session, sample, gradients)
            for sample, gradients in zip(samples, found, strict=True)
        ],
        "after_one_step": None
        if network is None
        else [
            {"weights": numbers(layer.weights), "bias": numbers(layer.bias)}
            for layer in network.layers
        ],
    }


def _of_sample(session: Session, sample: int, gradients: Gradients) -> dict[str, Any]:
    loss = sample_loss(session, sample)
    return {
        "loss": None if loss is None else number(loss),
        "by_outs": [numbers(layer.activations[0]) for layer in gradients.layers],
        "deltas": [numbers(layer.pre_activations[0]) for layer in gradients.layers],
        "by_inputs": numbers(gradients.inputs[0]),
    }


def _first_step(session: Session) -> tuple[BackwardPass, Update]:
    batch = explain_backward(session, next_batch(session) or [0])
    return batch, explain_update(batch)


def backward_report(session: Session) -> Iterator[str]:
    """Yield the backward pass of every sample, then of the batch of the first step, and the step.

    Lines are never shortened, so that each can be checked by hand.
    """
    batch, update = _first_step(session)
    alone = (explain_backward(session, sample) for sample in range(session.n_samples))
    parts = [part for one in alone for part in (one.loss, one.backward)]
    for line in chain.from_iterable(part.lines() for part in (*parts, batch.means, update.part)):
        if line.kind == "heading":
            yield ""
            yield line.text
        elif line.kind == "number":
            yield f"{_INDENT}{line.name:<5} {line.text}".rstrip()
        else:
            yield f"{_INDENT}{line.text}"
