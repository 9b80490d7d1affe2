"""The worked arithmetic as Markdown and LaTeX, and the table of all sums and activations."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engine import (
    ACTIVATIONS,
    Layer,
    Network,
    Session,
    activation,
    examples,
    new_network,
)
from engine.explain.backward_pass import explain_backward
from engine.explain.derivation import Derivation
from engine.explain.update import explain_update
from engine.export import CODE, code_kind, csv_table, latex, markdown
from engine.export.latex import backward_latex, formula
from engine.export.markdown import backward_markdown
from engine.training.settings import TrainingSettings
from tests.engine.strategies import sessions

CLASSIFIER = examples.load("binary-classifier")
BATCH = examples.load("batch")

HOSTILE_NAMES = [
    r"\input{/etc/passwd}",
    r"^^5cinput",
    "$x$ & y_1 % {}#~",
    "<script>alert(1)</script>",
    "[link](http://example.com) ![p](x)",
    "```\n# heading",
    "1. first",
    "- item",
    "=1+1",
    "\x1b]0;owned\x07",
]


def with_names(name: str) -> Session:
    network = Network([Layer([[1.0, 2.0]], [3.0], "sigmoid", name)])
    return Session(
        network,
        np.array([[1.0, 2.0]]),
        title=name,
        note=name,
        features=(name, "x"),
        classes=(name, name),
    )


def test_markdown_shows_the_arithmetic() -> None:
    lines = markdown(CLASSIFIER).splitlines()
    assert lines[0] == "# Hidden layer into one sigmoid output"
    assert "## Layer 2 · output · sigmoid" in lines
    assert "o1  z = 0.4·2.3 + (-1)·3.1 + 0.6·0 + (-0.2) = -2.38" in lines
    assert "    a = sigmoid(-2.38) = 1 / (1 + e^-(-2.38)) ≈ 0.0847" in lines


def test_the_sample_is_the_one_asked_for() -> None:
    assert "sample 2 of 2" in CODE["markdown"].text(BATCH, 1)
    assert "h1  z = 0.2·2 + 0.8·5 + (-0.5)·(-1) + 2 = 6.9" in CODE["markdown"].text(BATCH, 1)
    assert r"z_{h_{1}} &= 0.2 \cdot 2 + 0.8 \cdot 5 + (-0.5) \cdot (-1) + 2 = 6.9" in CODE[
        "latex"
    ].text(BATCH, 1)
    assert CODE["csv"].text(BATCH, 1) == csv_table(BATCH)
    for kind in ("markdown", "latex"):
        with pytest.raises(ValueError, match="sample 2 does not exist"):
            CODE[kind].text(BATCH, 2)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_stay_text_in_markdown(name: str) -> None:
    tokens = MarkdownIt().parse(markdown(with_names(name)))
    kinds = [token.type for token in tokens if token.nesting >= 0]
    plain = [
        token.type
        for token in MarkdownIt().parse(markdown(with_names("plain")))
        if token.nesting >= 0
    ]
    assert kinds == plain
    inline = [child.type for token in tokens for child in token.children or []]
    assert set(inline) <= {"text", "text_special"}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_stay_text_in_latex(name: str) -> None:
    text = latex(with_names(name))
    commands = set(re.findall(r"\\([a-zA-Z]+)", text))
    assert not commands & {"input", "write", "alert"}
    assert_well_formed(text)
    assert all(c == "\n" or ord(c) >= 32 for c in text)
    if "$" in name:
        assert r"\$x\$ \& y\_1 \% \{\}\#\textasciitilde{}" in text


def test_latex_shows_the_arithmetic() -> None:
    text = latex(CLASSIFIER)
    assert r"z_{o_{1}} &= 0.4 \cdot 2.3 + (-1) \cdot 3.1 + 0.6 \cdot 0 + (-0.2) = -2.38 \\" in text
    assert r"a_{o_{1}} &= \operatorname{sigmoid}(-2.38) \approx 0.0847" in text
    assert r"\operatorname{sigmoid}(z) = \frac{1}{1 + e^{-z}}" in text


def test_a_softmax_in_latex_has_its_powers_in_braces() -> None:
    text = latex(examples.load("three-classes"))
    assert r"a_{o_{1}} &= e^{-2.38} / (e^{-2.38} + e^{1.49} + e^{0.17}) \approx 0.0162" in text


def test_a_long_sum_in_latex_goes_over_several_lines() -> None:
    network = new_network((20, 1), ["sigmoid"], seed=1)
    rows = [row for row in latex(Session(network)).splitlines() if r"\cdot" in row]
    assert len(rows) == 4
    assert all(row.count(r"\cdot") <= 6 for row in rows)
    assert sum(row.count(r"\cdot") for row in rows) == 20


def test_a_large_layer_is_counted() -> None:
    network = new_network((100, 30, 2), ["relu", "identity"], seed=1)
    text = latex(Session(network))
    assert "and 22 more neurons." in text
    assert r"\text{ 40 more }" in text or "more" in text
    assert "… 22 more neurons" in markdown(Session(network))
    assert_well_formed(text)


def test_every_activation_has_a_formula_in_latex() -> None:
    assert all(formula(activation(name)) for name in ACTIVATIONS)
    assert formula(activation("hardtanh")) == r"\min(\max(-1, z), 1)"
    assert formula(activation("leaky_relu(-0.5)")) == (
        r"\begin{cases} z & z > 0 \\ (-0.5) \cdot z & \text{else} \end{cases}"
    )
    assert formula(activation("thresholded_relu(0.25)")).startswith(r"\begin{cases} z & z > 0.25")


@settings(max_examples=40)
@given(sessions(), st.integers(1, 6))
def test_any_session_gives_well_formed_texts(session: Session, digits: int) -> None:
    assert_well_formed(latex(session, 0, digits))
    assert markdown(session, 0, digits).startswith("# ")


def assert_well_formed(text: str) -> None:
    """Braces and environments that are opened are closed, in order."""
    plain = re.sub(r"\\[\\{}$&#%_]", "", text)
    depth = 0
    for brace in re.findall(r"[{}]", plain):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    open_ones: list[str] = []
    for word, name in re.findall(r"\\(begin|end)\{(\w+\*?)\}", text):
        if word == "begin":
            open_ones.append(name)
        else:
            assert open_ones.pop() == name
    assert not open_ones
    assert not set("·≈…").intersection(text.partition(r"\begin{align*}")[2])


def test_the_table_has_every_sum_and_out_in_full() -> None:
    targets = np.array([[1.0, 0.0, -1.0], [0.5, 0.0, 2.0]])
    session = BATCH.evolve(targets=targets)
    heading, *rows = csv.reader(io.StringIO(csv_table(session)))
    names = ["h1", "h2", "h3"]
    assert heading == [
        *("sample", "x1", "x2", "x3"),
        *(f"{name} z" for name in names),
        *(f"{name} a" for name in names),
        *(f"target {name}" for name in names),
    ]
    trace = session.trace
    expected = np.hstack([session.inputs, trace.layers[0].pre_activations, trace.outputs, targets])
    np.testing.assert_array_equal(np.array(rows, dtype=np.float64)[:, 1:], expected)
    assert [row[0] for row in rows] == ["1", "2"]


def test_the_table_says_the_answer_where_there_are_classes() -> None:
    heading, row = csv.reader(io.StringIO(csv_table(examples.load("spam-or-ham"))))
    assert (heading[-1], row[-1]) == ("answer", "spam")
    assert heading[1:3] == ["suspicious words", "known senders"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1"])
def test_a_name_is_no_formula_to_a_spreadsheet(name: str) -> None:
    heading, row = csv.reader(io.StringIO(csv_table(with_names(name))))
    assert (heading[1], row[-1]) == (f"'{name}", f"'{name}")


def test_a_table_of_too_many_numbers_is_refused() -> None:
    network = new_network((1, 500, 1), ["relu", "identity"], seed=1)
    with pytest.raises(ValueError, match="too many for a table"):
        csv_table(Session(network, np.zeros((2000, 1))))


def test_the_suffix_tells_the_kind() -> None:
    assert {name: code_kind(f"Net{kind.suffix.upper()}") for name, kind in CODE.items()} == CODE
    assert code_kind("net.toml") is None
    assert code_kind("my.net.py") is CODE["numpy"]


def backward_parts(session: Session) -> list[Derivation]:
    backward = explain_backward(session, range(session.n_samples))
    return [backward.loss, backward.backward, backward.means, explain_update(backward).part]


def test_the_backward_pass_in_markdown_and_latex() -> None:
    session = examples.load("two-by-two")
    parts = backward_parts(session)
    lines = backward_markdown(session, parts).splitlines()
    assert "## Update · sgd · learning rate 0.5" in lines
    assert "o1  w(h1→o1) = 0.4 - 0.5·0.0822 ≈ 0.3589" in lines
    text = backward_latex(session, parts)
    assert_well_formed(text)
    assert (
        r"\text{d loss / d w(h1$\to$o1)} &= \text{$\delta_{o1}$\textperiodcentered{}h1} = "
        r"0.1385 \cdot 0.5933 \approx 0.0822"
    ) in text
    assert r"\text{w(h1$\to$o1)} &= 0.4 - 0.5 \cdot 0.0822 \approx 0.3589" in text


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["huber", "mae", "squared_error"])
def test_every_backward_pass_in_latex_is_plain(name: str, loss: str) -> None:
    network = new_network((2, 3, 2), [name, name], seed=1)
    settings = TrainingSettings("adam", loss=loss, l1=0.1, l2=0.1)
    session = Session(
        network, np.array([[0.3, -0.5]]), targets=np.array([[1, 0.5]]), training=settings
    )
    text = backward_latex(session, backward_parts(session))
    assert_well_formed(text)
    assert text.isascii()


KNOWN = {
    *("approx", "begin", "cdot", "cdots", "delta", "documentclass", "end", "infty", "ldots", "ln"),
    *("leftarrow", "operatorname", "par", "partial", "quad", "qquad", "section", "subsection"),
    *("surd", "text", "textasciicircum", "textbackslash", "textgreater", "textless"),
    *("textperiodcentered", "times", "to", "usepackage", "frac", "max", "min", "sum", "Sigma"),
    *("begin", "end", "cases", "mathrm", "Phi", "varphi", "pi", "lambda", "alpha", "sqrt", "tanh"),
}
"""Commands of LaTeX itself and of amsmath, the one package that is loaded."""


@pytest.mark.parametrize("name", examples.ids())
def test_what_pdflatex_has_to_read_is_known_to_it(name: str) -> None:
    """No TeX is needed for this: commands, environments, signs and the columns of align."""
    session = examples.load(name)
    if session.targets is None:
        session = session.evolve(targets=np.zeros((session.n_samples, session.network.n_outputs)))
    targets = np.eye(session.network.n_outputs)[np.zeros(session.n_samples, int)]
    session = session.evolve(
        targets=targets, n_test=0, training=TrainingSettings("adam", loss="mse", l1=0.1)
    )
    text = backward_latex(session, backward_parts(session))
    assert_well_formed(text)
    assert text.isascii()
    assert set(re.findall(r"\\([a-zA-Z]+)", text)) <= KNOWN
    assert set(re.findall(r"\\begin\{([^}]+)\}", text)) == {"document", "align*"}
    for paragraph in text.replace(r"\$", "").split("\n"):
        assert paragraph.count("$") % 2 == 0
    for block in re.findall(r"\\begin\{align\*\}(.+?)\\end", text, re.DOTALL):
        assert "\n\n" not in block
        for row in block.split(r"\\ ".strip() + "\n"):
            assert row.replace(r"\&", "").count("&") == 1


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_names_stay_text_in_the_backward_pass(name: str) -> None:
    session = with_names(name)
    session = session.evolve(targets=np.zeros((session.n_samples, session.network.n_outputs)))
    parts = backward_parts(session.evolve(training=TrainingSettings(loss="mse")))
    text = backward_latex(session, parts)
    commands = set(re.findall(r"\\([a-zA-Z]+)", text))
    assert not commands & {"input", "write", "alert"}
    assert_well_formed(text)
    for token in MarkdownIt().parse(backward_markdown(session, parts)):
        assert {child.type for child in token.children or []} <= {"text", "text_special"}
