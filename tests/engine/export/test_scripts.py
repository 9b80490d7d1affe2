"""The scripts compute what the network does: each is run, and its output compared."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ACTIVATIONS, Activation, Layer, Network, Session, examples
from engine.export import CODE, keras_code, numpy_script, pytorch_code, scikit_learn_code
from tests.engine.export.script_output import printed_outputs, run
from tests.engine.strategies import sessions

SUMS = np.array([[-40.0, -7.5, -1.0], [-0.3, 0.0, 0.7], [1.5, 8.0, 41.0]])
"""Three samples of three sums, around the bends of the curves."""

WRITERS = [numpy_script, pytorch_code, keras_code]

KINDS = [
    *map(Activation, ACTIVATIONS),
    *(
        Activation(name, parameters)
        for name, parameters in (
            ("leaky_relu", (0.3,)),
            ("leaky_relu", (-0.5,)),
            ("elu", (0.7,)),
            ("celu", (2.5,)),
            ("hard_sigmoid", (0.2, 0.4)),
            ("thresholded_relu", (-0.5,)),
            ("hardtanh", (-7.0, 0.5)),
        )
    ),
]


def through(activation: Activation) -> Session:
    """A layer whose sums are the inputs, before one that mixes its activations."""
    return Session(
        Network(
            [
                Layer(np.eye(3), np.zeros(3), activation),
                Layer([[1.0, -2.0, 0.5], [0.25, 1.0, 4.0]], [0.125, -3.0], "identity"),
            ]
        ),
        SUMS,
    )


@pytest.mark.parametrize("activation", KINDS, ids=lambda activation: activation.text)
@pytest.mark.parametrize("write", WRITERS)
def test_every_activation_gives_the_same_outputs(
    write: Callable[[Session], str], activation: Activation
) -> None:
    session = through(activation)
    outputs = printed_outputs(run(write(session))["printed"])
    np.testing.assert_allclose(outputs, session.trace.outputs, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("id", examples.ids())
def test_the_examples_print_their_outputs(id: str) -> None:
    session = examples.load(id)
    for write in WRITERS:
        outputs = printed_outputs(run(write(session))["printed"])
        np.testing.assert_allclose(outputs, session.trace.outputs, rtol=1e-14)


def test_the_numpy_script_runs_alone_without_a_warning(tmp_path: Path) -> None:
    session = examples.load("binary-classifier")
    path = tmp_path / "net.py"
    path.write_text(numpy_script(session), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    np.testing.assert_allclose(printed_outputs(done.stdout), [[0.08471056573073579]], rtol=1e-15)


@settings(max_examples=30)
@given(sessions(among=tuple(set(ACTIVATIONS) - {"step", "thresholded_relu"})))
def test_the_numpy_script_of_any_network(session: Session) -> None:
    outputs = printed_outputs(run(numpy_script(session))["printed"])
    np.testing.assert_allclose(outputs, session.trace.outputs, rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@given(sessions())
def test_the_numbers_in_the_code_are_the_very_same(session: Session) -> None:
    for write in WRITERS:
        tree = ast.parse(write(session))
        found = {
            target.id: ast.literal_eval(statement.value.args[0])
            for statement in tree.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name) and isinstance(statement.value, ast.Call)
            if ast.unparse(statement.value.func) == "np.array"
        }
        np.testing.assert_array_equal(found.pop("inputs"), session.inputs)
        for number, layer in enumerate(session.network.layers, start=1):
            np.testing.assert_array_equal(found.pop(f"weights{number}"), layer.weights)
            np.testing.assert_array_equal(found.pop(f"bias{number}"), layer.bias)
        assert not found


def small(*activations: str, n_outputs: int = 1, **parts: object) -> Session:
    random = np.random.default_rng(7)
    sizes = [2, *[3] * (len(activations) - 1), n_outputs]
    layers = [
        Layer(random.normal(size=(n_neurons, n_inputs)), random.normal(size=n_neurons), activation)
        for n_inputs, n_neurons, activation in zip(sizes, sizes[1:], activations, strict=False)
    ]
    return Session(Network(layers), random.normal(size=(4, 2))).evolve(**parts)


@pytest.mark.parametrize(
    ("session", "kind"),
    [
        (small("relu", "identity"), "MLPRegressor"),
        (small("tanh", "tanh", "identity", n_outputs=3), "MLPRegressor"),
        (small("identity"), "MLPRegressor"),
        (small("sigmoid", "sigmoid"), "MLPClassifier"),
        (small("relu", "sigmoid", n_outputs=3), "MLPClassifier"),
        (small("relu", "softmax", n_outputs=3), "MLPClassifier"),
        (small("softmax", n_outputs=2), "MLPClassifier"),
        (small("relu", "sigmoid", classes=("spam", "ham")), "MLPClassifier"),
    ],
)
def test_scikit_learn_models_are_filled_in(session: Session, kind: str) -> None:
    names = run(scikit_learn_code(session))
    assert type(names["model"]).__name__ == kind
    np.testing.assert_allclose(printed_outputs(names["printed"]), session.trace.outputs, rtol=1e-13)


def test_a_classifier_of_scikit_learn_answers_with_the_names() -> None:
    session = small("relu", "softmax", n_outputs=3, classes=("zebra", "ant", "mole"))
    names = run(scikit_learn_code(session))
    chosen = [("zebra", "ant", "mole")[k] for k in session.trace.outputs.argmax(axis=1)]
    assert names["model"].predict(session.inputs).tolist() == chosen
    session = small("relu", "sigmoid", classes=("spam", "ham"))
    names = run(scikit_learn_code(session))
    chosen = [("spam", "ham")[int(a >= 0.5)] for a in session.trace.outputs[:, 0]]
    assert names["model"].predict(session.inputs).tolist() == chosen


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (small("gelu", "identity"), "layer 1 is gelu"),
        (small("relu", "tanh", "identity"), "layer 2 is tanh, the layer before it is not"),
        (small("relu", "relu"), "the last layer is relu"),
        (small("relu", "softmax"), "softmax of one neuron"),
    ],
)
def test_what_scikit_learn_cannot_be_is_said_in_one_line(session: Session, words: str) -> None:
    with pytest.raises(ValueError, match=words) as error:
        scikit_learn_code(session)
    assert "\n" not in str(error.value)


def test_too_many_numbers_are_refused() -> None:
    session = Session(Network([Layer(np.zeros((1001, 1000)), np.zeros(1001), "relu")]))
    for kind in ("numpy", "pytorch", "keras", "scikit-learn"):
        with pytest.raises(ValueError, match="too many for a script"):
            CODE[kind].text(session)


HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            '"""; import os; """',
            "'''\nimport os\n'''",
            "x\nimport os",
            "x\r\nimport os",
            "x\x0cimport os",
            "x\u2028import os",
            "coding: utf-7 +AAo-import os",
            "-*- coding: rot13 -*-",
            "\\",
            "\\\nimport os",
            "'] + [__import__('os')] + ['",
            "\x1b]0;owned\x07",
            "\ud800",
            "{}%s",
        ]
    ),
).filter(bool)


@settings(max_examples=100)
@given(
    title=HOSTILE,
    note=HOSTILE,
    layer_name=HOSTILE,
    features=st.tuples(HOSTILE, HOSTILE),
    classes=st.tuples(HOSTILE, HOSTILE),
)
def test_no_name_becomes_code(
    title: str,
    note: str,
    layer_name: str,
    features: tuple[str, str],
    classes: tuple[str, str],
) -> None:
    plain = Session(Network([Layer([[1.0, 2.0]], [3.0], "sigmoid", "plain")]), np.array([[1, 2]]))
    network = Network([Layer([[1.0, 2.0]], [3.0], "sigmoid", layer_name)])
    hostile = plain.evolve(
        network=network, title=title, note=note, features=features, classes=classes
    )
    for kind in ("numpy", "pytorch", "keras", "scikit-learn"):
        script = CODE[kind].text(hostile).encode()
        expected = statements(CODE[kind].text(plain).encode())
        assert [_without_names(text) for text in statements(script)] == [
            _without_names(text) for text in expected
        ]
        printed = script.decode()
        assert all(
            character == "\n" or character.isprintable() or ord(character) > 126
            for character in printed
        )


def statements(script: bytes) -> list[str]:
    return [ast.unparse(statement) for statement in ast.parse(script).body]


def _without_names(statement: str) -> str:
    """Only class names appear in code: as strings, never as anything else."""
    if not statement.startswith("model.classes_ = "):
        return statement
    value = ast.parse(statement).body[0]
    assert isinstance(value, ast.Assign)
    assert isinstance(value.value, ast.Call)
    if ast.unparse(value.value.func) == "np.array":
        assert all(isinstance(text, str) for text in ast.literal_eval(value.value.args[0]))
    return "model.classes_"
