"""Activations in ONNX files: single nodes, exporters' chains, and what is not one."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto

from engine.formats.onnx.activations.forms import CONSTANTS, known_forms, written_form
from engine.formats.onnx.activations.patterns import number_in
from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation, activation
from tests.engine.formats.onnx.onnx_models import around, assert_opens_as, model, node, opened

PARAMETERS = {
    "alpha": 0.75,
    "beta": 0.375,
    "fraction": 0.25,
    "threshold": 20.0,
    "min": -0.5,
    "max": 2.0,
}
ROUNDED = {"Selu", "Elu", "HardSwish", "HardSigmoid", "Gelu", "Erf"}
"""Their attributes are float32 even in a model of float64, and so is the reference's erf."""

NEWER = {"Gelu", "Mish", "HardSwish", "Swish"}


class Chain:
    """The nodes of a formula such as "Mul(z, Sigmoid(z))", in float64."""

    def __init__(self, text: str) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, Any] = {}
        last = self.written(ast.parse(text, mode="eval").body)
        self.nodes.append(node("Identity", [last], "y"))

    def written(self, part: ast.expr) -> str:
        number = number_in(part)
        name = ast.unparse(part)
        if number is not None:
            return self.constant(f"number{len(self.constants)}", np.array(number))
        if name == "z":
            return "z"
        if name in PARAMETERS:
            return self.constant(name, np.array(PARAMETERS[name]))
        if name in CONSTANTS:
            return self.constant(name, CONSTANTS[name])
        assert isinstance(part, ast.Call)
        inputs = [self.written(argument) for argument in part.args]
        attributes: dict[str, Any] = {}
        for word in part.keywords:
            value = number_in(word.value)
            text = ast.unparse(word.value).strip("'")
            attributes[str(word.arg)] = PARAMETERS.get(text, text) if value is None else value
        if ast.unparse(part.func) == "Cast":
            attributes["to"] = 11
        for whole in ("axis", "keepdims"):
            if whole in attributes:
                attributes[whole] = int(attributes[whole])
        output = f"t{len(self.nodes)}"
        self.nodes.append(node(ast.unparse(part.func), inputs, output, **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        self.constants[name] = value
        return name


def expected_activation(name: str) -> Activation:
    """The activation that "leaky_relu(alpha)" is with the parameters above."""
    kind, bracket, parameters = name.partition("(")
    for word, value in PARAMETERS.items():
        parameters = parameters.replace(word, str(value))
    return activation(kind + bracket + parameters)


@pytest.mark.parametrize(("name", "text"), known_forms())
def test_every_form_opens_as_its_activation_with_the_same_outs(
    name: str, text: str, tmp_path: Path
) -> None:
    chain = Chain(text)
    given = around(chain.nodes, chain.constants)
    if any(part.op_type in NEWER for part in chain.nodes):
        # No newer operator is known to the reference at the opset of the others.
        given.opset_import[0].version = 24 if "Swish(z, alpha" in text else 22
    reading = opened(given, tmp_path)
    [layer] = reading.session.network.layers
    assert layer.activation == expected_activation(name)
    assert reading.notes == ()
    rounded = {part.op_type for part in chain.nodes} & ROUNDED
    assert_opens_as(given, tmp_path, tolerance=2e-6 if rounded else 1e-13)


def test_every_activation_has_forms() -> None:
    written = {
        written_form(name, dtype) for name in ACTIVATIONS for dtype in ("float32", "float64")
    }
    assert written - {text for _, text in known_forms()} == {"z"}


@pytest.mark.parametrize(
    ("nodes", "constants", "expected"),
    [
        ([node("Clip", ["z"], "y", min=0.0, max=6.0)], {}, "relu6"),
        ([node("Clip", ["z", "low"], "y")], {"low": np.array(0.0)}, "relu"),
        (
            [node("Clip", ["z", "low", "high"], "y")],
            {"low": np.array(0.0), "high": np.array(3.4028234663852886e38)},
            "relu",
        ),
        ([node("LeakyRelu", ["z"], "y")], {}, "leaky_relu"),
        ([node("LeakyRelu", ["z"], "y", alpha=0.1)], {}, "leaky_relu(0.1)"),
        ([node("HardSigmoid", ["z"], "y")], {}, "hard_sigmoid(0.2,0.5)"),
        ([node("HardSigmoid", ["z"], "y", alpha=1 / 6)], {}, "hard_sigmoid"),
        ([node("Elu", ["z"], "y")], {}, "elu"),
        ([node("PRelu", ["z", "s"], "y")], {"s": np.array([[0.3, 0.3]])}, "leaky_relu(0.3)"),
        ([node("Softmax", ["z"], "y", axis=1)], {}, "softmax"),
        (
            [node("Sigmoid", ["z"], "s"), node("Mul", ["s", "z"], "y")],
            {},
            "silu",
        ),
        (
            [
                node("Div", ["z", "r"], "d"),
                node("Erf", ["d"], "e"),
                node("Add", ["e", "one"], "p"),
                node("Mul", ["z", "p"], "m"),
                node("Mul", ["m", "half"], "y"),
            ],
            {
                "r": np.array(np.float32(np.sqrt(2.0))),
                "one": np.array(1.0),
                "half": np.array([0.5]),
            },
            "gelu",
        ),
        (
            [
                node("Pow", ["z", "three"], "c"),
                node("Mul", ["c", "k"], "q"),
                node("Add", ["z", "q"], "s"),
                node("Mul", ["s", "r"], "t"),
                node("Tanh", ["t"], "h"),
                node("Add", ["one", "h"], "p"),
                node("Mul", ["half", "p"], "g"),
                node("Mul", ["z", "g"], "y"),
            ],
            {
                "three": np.array(3.0),
                "k": np.array(0.044715),
                "r": np.array(0.79788456),
                "one": np.array(1.0),
                "half": np.array(0.5),
            },
            "gelu_tanh",
        ),
        (
            [node("Less", ["zero", "z"], "l"), node("Cast", ["l"], "y", to=11)],
            {"zero": np.array(0.0)},
            "step",
        ),
    ],
)
def test_what_else_is_an_activation(
    nodes: list[NodeProto], constants: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    [layer] = opened(around(nodes, constants), tmp_path).session.network.layers
    assert layer.activation == activation(expected)


def test_a_learned_slope_is_kept_in_full(tmp_path: Path) -> None:
    slope = np.array([0.2371], dtype=np.float32)
    given = around([node("PRelu", ["z", "s"], "y")], {"s": slope})
    [layer] = opened(given, tmp_path).session.network.layers
    assert layer.activation.parameters == (float(slope[0]),)


def test_a_bias_is_not_taken_for_a_part_of_an_activation(tmp_path: Path) -> None:
    """A bias of 3 before the lines of a hard sigmoid does not make it another hard sigmoid."""
    nodes = [
        node("MatMul", ["x", "w"], "m"),
        node("Add", ["m", "b"], "z"),
        node("Clip", ["z", "zero", "six"], "c"),
        node("Div", ["c", "six"], "y"),
    ]
    constants = {
        "w": np.ones((3, 1)),
        "b": np.array([3.0]),
        "zero": np.array(0.0),
        "six": np.array(6.0),
    }
    layers = opened(model(nodes, constants), tmp_path).session.network.layers
    assert layers[0].bias.tolist() == [3.0]
    assert layers[0].activation == activation("relu6")
    assert layers[1].weights.tolist() == [[1 / 6]]


@pytest.mark.parametrize(
    ("nodes", "constants", "reason"),
    [
        (
            [node("PRelu", ["z", "s"], "y")],
            {"s": np.array([0.3, 0.2])},
            "node 'PRelu-y' (PRelu): has a slope for each neuron; "
            "only one slope for all can be opened",
        ),
        (
            [node("Clip", ["z", "low", "high"], "y")],
            {"low": np.array(-1.0), "high": np.array(np.inf)},
            "node 'Clip-y' (Clip): with these settings it is not one of the known activations",
        ),
        (
            [node("Exp", ["z"], "y")],
            {},
            "node 'Exp-y' (Exp): neither a dense layer nor one of the known activations begins "
            "here",
        ),
        (
            [node("Softmax", ["z"], "y", axis=0)],
            {},
            "node 'Softmax-y' (Softmax): works along axis 0, not along the numbers of a sample",
        ),
        (
            [node("Sigmoid", ["z"], "s"), node("Tanh", ["z"], "t"), node("Mul", ["s", "t"], "y")],
            {},
            "'z' goes to node 'Sigmoid-s' (Sigmoid) and node 'Tanh-t' (Tanh): only one path "
            "without branches can be opened",
        ),
        (
            [
                node("Sigmoid", ["z"], "s"),
                node("Mul", ["s", "z"], "m"),
                node("Add", ["m", "z"], "y"),
            ],
            {},
            "'z' goes to node 'Sigmoid-s' (Sigmoid) and node 'Mul-m' (Mul): only one path "
            "without branches can be opened",
        ),
    ],
)
def test_what_is_no_activation(
    nodes: list[NodeProto], constants: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"\S") as raised:
        opened(around(nodes, constants), tmp_path)
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    "text",
    [
        # A relu with a bump of a millionth beside 5.7777, found by no table of probes.
        "Add(Relu(z), Max(Sub(0.000003, Abs(Sub(Mul(z, 3), 17.3331))), 0))",
        "Add(Sigmoid(z), Exp(Neg(Mul(1e12, Pow(Sub(Mul(z, 3), 17.3331), 2)))))",
        "Min(Relu(z), 1e30)",
        "Where(Greater(z, 1e-12), z, Mul(0.25, z))",
        "Where(Greater(z, 5), z, Softplus(z))",
        "Div(1, Add(1.00001, Exp(Neg(z))))",
        "Mul(Mul(0.5, z), Add(1, Erf(Div(z, 1.4142))))",
        "Mul(z, Sigmoid(Mul(1.0001, z)))",
        "Mul(z, Div(Clip(Add(z, 3), 0, 6), 6.0001))",
        "Add(Max(z, 0), Mul(0.7, Sub(Exp(Min(z, 1e-9)), 1)))",
    ],
)
def test_what_hardly_differs_from_an_activation_is_none(text: str, tmp_path: Path) -> None:
    chain = Chain(text)
    with pytest.raises(ValueError, match=r"^(node|'z' goes to)"):
        opened(around(chain.nodes, chain.constants), tmp_path)
