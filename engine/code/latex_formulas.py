"""The formulas of the activations in LaTeX, and texts and numbers as LaTeX shows them."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.activations import Activation
from engine.numbers import FULL_DIGITS, format_number
from engine.text import printable

_CASES = r"\begin{cases} %s & z > %s \\ %s & \text{else} \end{cases}"


def _cases(above: str, below: str, threshold: str = "0") -> str:
    return _CASES % (above, threshold, below)


FORMULAS: dict[str, Callable[..., str]] = {
    "identity": lambda: "z",
    "step": lambda: _cases("1", "0"),
    "sigmoid": lambda: r"\frac{1}{1 + e^{-z}}",
    "tanh": lambda: r"\frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}",
    "relu": lambda: r"\max(0, z)",
    "relu6": lambda: r"\min(\max(0, z), 6)",
    "leaky_relu": lambda alpha: _cases("z", rf"{alpha} \cdot z"),
    "elu": lambda alpha: _cases("z", rf"{alpha} \cdot (e^{{z}} - 1)"),
    "selu": lambda: (
        _cases(r"\lambda z", r"\lambda \alpha (e^{z} - 1)")
        + r",\ \lambda \approx 1.0507,\ \alpha \approx 1.6733"
    ),
    "celu": lambda alpha: _cases("z", rf"{alpha} \cdot (e^{{z / {alpha}}} - 1)"),
    "gelu": lambda: r"z \cdot \Phi(z)",
    "gelu_tanh": lambda: (
        r"\frac{z}{2} \left(1 + \tanh\left(\sqrt{\frac{2}{\pi}} (z + 0.044715 z^3)\right)\right)"
    ),
    "silu": lambda: r"\frac{z}{1 + e^{-z}}",
    "mish": lambda: r"z \cdot \tanh(\ln(1 + e^{z}))",
    "softplus": lambda: r"\ln(1 + e^{z})",
    "softsign": lambda: r"\frac{z}{1 + |z|}",
    "hard_sigmoid": lambda alpha, beta: rf"\min(\max(0, {alpha} \cdot z + {beta}), 1)",
    "hard_swish": lambda: r"z \cdot \min(\max(0, \tfrac{z}{6} + \tfrac{1}{2}), 1)",
    "thresholded_relu": lambda alpha: _cases("z", "0", alpha),
    "log_sigmoid": lambda: r"\ln \frac{1}{1 + e^{-z}}",
    "softmax": lambda: r"\frac{e^{z}}{\sum_j e^{z_j}}",
    "log_softmax": lambda: r"z - \ln \sum_j e^{z_j}",
}
"""The out as a formula in z, from the parameters as texts."""

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

_EXPONENT = re.compile(r"(?<=[\d.])e(-?\d+)")
_POWER_OF_E = re.compile(r"e\^(\([^()]*\)|[-+.\de]+)")
_MORE = re.compile(r"… (\d+ more) …")
_NAME = re.compile(r"\b([a-z][a-z_0-9]*)(?=\()")


def escaped(text: str) -> str:
    """Return a text from outside as LaTeX shows it: nothing in it is a command."""
    return "".join(_ESCAPES.get(character, character) for character in printable(text))


def formula(activation: Activation) -> str:
    """Return the out of the activation as a formula in z, with its parameters as numbers."""
    numbers = [format_number(value, FULL_DIGITS) for value in activation.parameters]
    texts = [mathematics(f"({text})" if text[0] == "-" else text) for text in numbers]
    return FORMULAS[activation.name](*texts)


def operator(activation: Activation) -> str:
    r"""Return "\operatorname{leaky\_relu}"."""
    return rf"\operatorname{{{escaped(activation.name)}}}"


def mathematics(text: str) -> str:
    """Return a line of arithmetic, as `engine.explain` writes it, in the words of LaTeX."""
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
