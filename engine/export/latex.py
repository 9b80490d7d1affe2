"""The worked arithmetic as a LaTeX document, with the formulas of its activations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from engine.explain.derivation import Derivation
from engine.explain.forward_pass import Stage, explain_forward
from engine.explain.neuron import NeuronExplanation
from engine.explain.result import answer_lines
from engine.explain.working import WorkedNumber
from engine.export.python import joined
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation
from engine.session.names import input_names
from engine.session.session import Session
from engine.text import FULL_DIGITS, equal_to, format_given, format_number, printable

_TERMS_IN_A_LINE = 6
_MAX_TERMS = 60
_MAX_INPUTS = 12
_PLUS = re.compile(r" \+ ")
_ROW_WISE = re.compile(r"^(\w+): ")

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "·": r"\textperiodcentered{}",
}

_SIGNS = {
    "·": r"$\cdot$",
    "→": r"$\to$",
    "←": r"$\leftarrow$",
    "≈": r"$\approx$",
    "δ": r"$\delta$",
    "∂": r"$\partial$",
    "Σ": r"$\Sigma$",
    "Φ": r"$\Phi$",
    "φ": r"$\varphi$",
    "λ": r"$\lambda$",
    "α": r"$\alpha$",
    "π": r"$\pi$",
    "√": r"$\surd$",
    "∞": r"$\infty$",
    "²": r"$^2$",
    "³": r"$^3$",
    "…": r"\ldots{}",
}
"""Signs of the backward pass within a text."""

_DELTA = re.compile(r"δ\\_([ho][\d.]*\d|i)")
_WORDS = re.compile(r"cut to")

_EXPONENT = re.compile(r"(?<=[\d.])e(-?\d+)")
_POWER_OF_E = re.compile(r"e\^(\([^()]*\)|[-+.\de]+)")
_MORE = re.compile(r"… (\d+ more) …")
_NAME = re.compile(r"\b([a-z][a-z_0-9]*)(?=\()")


def escaped(text: str) -> str:
    """Return an untrusted text escaped for LaTeX, so that nothing in it is a command.

    Parameters
    ----------
    text
        Text from a file or from the user.

    Returns
    -------
    str
    """
    return "".join(_ESCAPES.get(character, character) for character in printable(text))


def formula(activation: Activation) -> str:
    """Return the activation as a formula in z, with the values of its parameters.

    Parameters
    ----------
    activation
        The activation with its parameters.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an activation without one.
    """
    kind = ACTIVATIONS[activation.name]
    text = str(kind.code("latex"))
    numbers = [format_number(value, FULL_DIGITS) for value in activation.parameters]
    # Only a product needs brackets around a negative number.
    in_product = r"\cdot" in text
    return kind.filled(
        text,
        [mathematics(f"({one})" if one[0] == "-" and in_product else one) for one in numbers],
    )


def operator(activation: Activation) -> str:
    r"""Return "\operatorname{leaky\_relu}".

    Parameters
    ----------
    activation
        The activation with its parameters.

    Returns
    -------
    str
    """
    return rf"\operatorname{{{escaped(activation.name)}}}"


def mathematics(text: str) -> str:
    """Convert a line of arithmetic, as `engine.explain` writes it, to LaTeX.

    Parameters
    ----------
    text
        Numbers, names and signs.

    Returns
    -------
    str
    """
    text = _MORE.sub(r"\\cdots \\text{ (\1) } \\cdots", text)
    text = _POWER_OF_E.sub(lambda found: f"e^{{{found[1].strip('()')}}}", text)
    text = _EXPONENT.sub(r" \\times 10^{\1}", text)
    text = _NAME.sub(lambda found: rf"\operatorname{{{escaped(found[1])}}}", text)
    for plain, command in (
        ("·", r" \cdot "),
        ("≈", r"\approx"),
        ("<", r"{<}"),
        (">", r"{>}"),
        ("…", r"\ldots"),
        ("inf", r"\infty"),
        ("nan", r"\text{nan}"),
    ):
        text = text.replace(plain, command)
    return text


def latex(session: Session, sample: int = 0, digits: int = 4) -> str:
    """Return the forward pass of one sample, from 0, as a document for pdflatex or lualatex.

    A large layer is counted, not written out. Raises ValueError for a sample that does not exist.

    Parameters
    ----------
    session
        The network with its samples and names.
    sample
        The sample, from 0.
    digits
        The most decimals of computed numbers.

    Returns
    -------
    str
    """
    forward = explain_forward(session, sample)
    _, answers = answer_lines(session, sample, digits)
    lines = [*_preamble(session, "The forward pass"), *_inputs(session, sample)]
    for stage in forward.stages:
        lines += _layer(session, stage, digits)
    lines += [
        r"\subsection*{Answer}",
        *(escaped(answer).replace("≈", r"$\approx$") + r"\par" for answer in answers),
        r"\end{document}",
    ]
    return joined(lines)


def backward_latex(session: Session, parts: Iterable[Derivation], digits: int = 4) -> str:
    """Return parts of the backward pass, or the update, in the form of `latex`.

    Parameters
    ----------
    session
        The network with its samples and names.
    parts
        What to write, in order.
    digits
        The most decimals of computed numbers.

    Returns
    -------
    str
    """
    lines = _preamble(session, "The backward pass")
    for is_number, group in groupby(
        (line for part in parts for line in part.lines(digits)), key=lambda line: line.number
    ):
        for line in group:
            if is_number is not None:
                lines += _worked(is_number, digits)
            elif line.kind == "heading":
                lines.append(rf"\subsection*{{{_in_words(line.text)}}}")
            else:
                lines.append(rf"{_in_words(line.text)}\par")
    return joined([*lines, r"\end{document}"])


def _preamble(session: Session, title: str) -> list[str]:
    return [
        r"\documentclass{article}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage{amsmath}",
        r"\begin{document}",
        rf"\section*{{{_in_words(session.title or title)}}}",
        *([_in_words(session.note), ""] if session.note else []),
    ]


def _worked(number: WorkedNumber, digits: int) -> list[str]:
    """The rows of one number of the backward pass, a long sum over several lines."""
    left = rf"\text{{{_in_words(number.name)}}}"
    symbols = rf"= \text{{{_in_words(number.symbols)}}}" if number.symbols else ""
    end = _arithmetic(equal_to(number.shown(digits), exact=number.is_exact(digits)))
    terms: list[str] = []
    if number.expression is not None and not number.expression.is_one_number:
        terms = _PLUS.split(number.expression.text(digits))
    pieces = [
        _arithmetic(" + ".join(terms[start : start + _TERMS_IN_A_LINE]))
        for start in range(0, len(terms), _TERMS_IN_A_LINE)
    ]
    first = [symbols, f"= {pieces[0]}" if pieces else ""]
    rows = [
        f"{left} &{' '.join(filter(None, first))}",
        *(rf"&\quad {{}} + {piece}" for piece in pieces[1:]),
    ]
    rows[-1] += f" {end}"
    return [r"\begin{align*}", " \\\\\n".join(rows), r"\end{align*}"]


def _arithmetic(text: str) -> str:
    """A line of arithmetic of the backward pass; what is a word in it becomes text."""
    text = _WORDS.sub(lambda found: rf"\text{{ {found[0]} }}", text)
    return mathematics(text.replace("²", "^2").replace("√", r"\surd ").replace("ln ", r"\ln "))


def _in_words(text: str) -> str:
    """An untrusted text with the signs of the backward pass set as mathematics."""
    text = _DELTA.sub(r"$\\delta_{\1}$", escaped(text))
    return "".join(_SIGNS.get(character, character) for character in text)


def _inputs(session: Session, sample: int) -> list[str]:
    names = input_names(session, 0)
    texts = [
        rf"\text{{{escaped(name)}}} = {mathematics(format_given(value))}"
        for name, value in zip(names[:_MAX_INPUTS], session.inputs[sample].tolist(), strict=False)
    ]
    if len(names) > _MAX_INPUTS:
        texts.append(rf"\ldots\ \text{{{len(names) - _MAX_INPUTS} more}}")
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
    """The rows of one neuron: its sum, over several lines if it is long, and its activation."""
    name = neuron.name
    index = name[1:] if name[0] in "ho" else name
    width = _MAX_TERMS * 2 if len(neuron.weights) > _MAX_TERMS else None
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
