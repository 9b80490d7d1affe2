"""The worked arithmetic of one sample as a LaTeX document."""

from __future__ import annotations

import re

from engine.code.latex_formulas import escaped, formula, mathematics, operator
from engine.code.python_text import joined
from engine.explain import NeuronExplanation
from engine.explain_ending import answer_lines
from engine.explain_stages import Stage, explain_forward
from engine.numbers import format_given
from engine.parameters import input_names
from engine.session import Session

_TERMS_IN_A_LINE = 6
_MOST_TERMS = 60
_MOST_INPUTS = 12
_PLUS = re.compile(r" \+ ")
_ROW_WISE = re.compile(r"^(\w+): ")


def latex(session: Session, sample: int = 0, digits: int = 4) -> str:
    """Return the forward pass of one sample, from 0, as a document for pdflatex or lualatex.

    digits: decimals of computed numbers. A large layer is counted, not written out. Raises
    ValueError for a sample that does not exist.
    """
    forward = explain_forward(session, sample)
    _, answers = answer_lines(session, sample, digits)
    lines = [
        r"\documentclass{article}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{amsmath}",
        r"\begin{document}",
        rf"\section*{{{escaped(session.title or 'The forward pass')}}}",
        *([escaped(session.note), ""] if session.note else []),
        *_inputs(session, sample),
    ]
    for stage in forward.stages:
        lines += _layer(session, stage, digits)
    lines += [
        r"\subsection*{Answer}",
        *(escaped(answer).replace("≈", r"$\approx$") + r"\par" for answer in answers),
        r"\end{document}",
    ]
    return joined(lines)


def _inputs(session: Session, sample: int) -> list[str]:
    names = input_names(session, 0)
    texts = [
        rf"\text{{{escaped(name)}}} = {mathematics(format_given(value))}"
        for name, value in zip(names[:_MOST_INPUTS], session.inputs[sample].tolist(), strict=False)
    ]
    if len(names) > _MOST_INPUTS:
        texts.append(rf"\ldots\ \text{{{len(names) - _MOST_INPUTS} more}}")
    of = f", sample {sample + 1} of {session.n_samples}" if session.n_samples > 1 else ""
    listed = r",\quad ".join(texts)
    return [rf"\subsection*{{Inputs{of}}}", rf"\[ {listed} \]"]


def _layer(session: Session, stage: Stage, digits: int) -> list[str]:
    activation = session.network.layers[stage.layer_index].activation
    rows = [row for neuron in stage.neurons for row in _neuron(neuron, digits)]
    left_out = stage.n_neurons - len(stage.neurons)
    return [
        rf"\subsection*{{{escaped(stage.heading)}}}",
        rf"\[ z = \sum_i w_i x_i + b, \qquad a = {operator(activation)}(z) = "
        rf"{formula(activation)} \]",
        r"\begin{align*}",
        " \\\\\n".join(rows),
        r"\end{align*}",
        *([f"and {left_out} more neurons."] if left_out else []),
    ]


def _neuron(neuron: NeuronExplanation, digits: int) -> list[str]:
    """The rows of one neuron: its sum, over several lines where it is long, and its out."""
    name = neuron.name
    index = name[1:] if name[0] in "ho" else name
    width = _MOST_TERMS * 2 if len(neuron.weights) > _MOST_TERMS else None
    terms = _PLUS.split(neuron.sum(digits, width))
    pieces = [
        " + ".join(terms[start : start + _TERMS_IN_A_LINE])
        for start in range(0, len(terms), _TERMS_IN_A_LINE)
    ]
    first, *rest = map(mathematics, pieces)
    symbol = rf"{{{name[0]}_{{{index}}}}}"
    out = _ROW_WISE.sub(r"\1: ", neuron.squash(digits)).partition(": ")[2] or neuron.squash(digits)
    return [
        rf"z_{symbol} &= {first}",
        *(rf"&\quad {{}} + {piece}" for piece in rest),
        rf"a_{symbol} &= {mathematics(out)}",
    ]
