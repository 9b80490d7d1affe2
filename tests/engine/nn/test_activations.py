"""Activations as values: how they are named, written, compared and refused."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest

from engine.nn.activation_table import ACTIVATIONS
from engine.nn.activations import Activation, activation

IN_ORDER = [
    *("identity", "step", "sigmoid", "tanh", "relu", "relu6", "leaky_relu", "elu", "selu", "celu"),
    *("gelu", "gelu_tanh", "silu", "mish", "softplus", "softsign", "hard_sigmoid", "hard_swish"),
    *("thresholded_relu", "hardtanh", "sin", "gaussian", "log_sigmoid", "softmax", "log_softmax"),
]


def test_the_names_are_those_of_the_contract() -> None:
    assert list(ACTIVATIONS) == IN_ORDER
    assert [kind.name for kind in ACTIVATIONS.values()] == IN_ORDER


def test_the_defaults_are_those_of_the_contract() -> None:
    defaults = {name: dict(kind.defaults) for name, kind in ACTIVATIONS.items() if kind.defaults}
    assert defaults == {
        "leaky_relu": {"alpha": 0.01},
        "elu": {"alpha": 1},
        "celu": {"alpha": 1},
        "hard_sigmoid": {"alpha": 1 / 6, "beta": 0.5},
        "thresholded_relu": {"alpha": 1},
        "hardtanh": {"min": -1, "max": 1},
    }


@pytest.mark.parametrize(
    ("specification", "name", "parameters", "text"),
    [
        ("relu", "relu", (), "relu"),
        (" relu ", "relu", (), "relu"),
        ("relu()", "relu", (), "relu"),
        ("linear", "identity", (), "identity"),
        ("swish", "silu", (), "silu"),
        ("leaky_relu", "leaky_relu", (0.01,), "leaky_relu"),
        ("leaky_relu(0.01)", "leaky_relu", (0.01,), "leaky_relu"),
        ("leaky_relu(0.3)", "leaky_relu", (0.3,), "leaky_relu(0.3)"),
        ("leaky_relu (-2)", "leaky_relu", (-2.0,), "leaky_relu(-2)"),
        ("elu(1e-3)", "elu", (0.001,), "elu(0.001)"),
        ("hard_sigmoid", "hard_sigmoid", (1 / 6, 0.5), "hard_sigmoid"),
        ("hard_sigmoid(0.2)", "hard_sigmoid", (0.2, 0.5), "hard_sigmoid(0.2,0.5)"),
        ("hard_sigmoid( 0.2 , 0.4 )", "hard_sigmoid", (0.2, 0.4), "hard_sigmoid(0.2,0.4)"),
        ("hardtanh(-2, 2)", "hardtanh", (-2.0, 2.0), "hardtanh(-2,2)"),
        ("radbas", "gaussian", (), "gaussian"),
        ({"name": "relu"}, "relu", (), "relu"),
        ({"name": "linear"}, "identity", (), "identity"),
        ({"name": "leaky_relu", "alpha": 0.1}, "leaky_relu", (0.1,), "leaky_relu(0.1)"),
        ({"beta": 0, "name": "hard_sigmoid"}, "hard_sigmoid", (1 / 6, 0.0), None),
        (Activation("elu", (2,)), "elu", (2.0,), "elu(2)"),
    ],
)
def test_what_a_specification_means(
    specification: str | Activation, name: str, parameters: tuple[float, ...], text: str | None
) -> None:
    function = activation(specification)
    assert (function.name, function.parameters) == (name, parameters)
    assert all(type(parameter) is float for parameter in function.parameters)
    assert text is None or function.text == text
    assert activation(function.text) == function


@pytest.mark.parametrize(
    ("specification", "message"),
    [
        ("relo", "activation 'relo' is unknown; did you mean 'relu'?"),
        ("swihs", "activation 'swihs' is unknown; did you mean 'swish'?"),
        ("", "activation '' is unknown; expected one of identity, step"),
        ("relu(1)", "relu: got 1 parameters, expected at most 0 (none)"),
        ("leaky_relu(1,2)", "leaky_relu: got 2 parameters, expected at most 1 (alpha)"),
        ("leaky_relu(x)", "leaky_relu: parameter 'x' is not a number"),
        ("leaky_relu(,)", "leaky_relu: parameter '' is not a number"),
        ("leaky_relu(nan)", "leaky_relu: alpha is nan, expected a finite number"),
        ("hard_sigmoid(1,-inf)", "hard_sigmoid: beta is -inf, expected a finite number"),
        ("celu(0)", "celu: alpha is 0, expected any other number"),
        ("hardtanh(1)", "hardtanh: min is 1, expected a number below max, 1"),
        ("hardtanh(2,-2)", "hardtanh: min is 2, expected a number below max, -2"),
        ("leaky_relu(0.1", "activation 'leaky_relu(0.1' is not of the form relu"),
        ("relu)(", "activation 'relu)(' is not of the form relu"),
        ({"alpha": 1.0}, "needs a name"),
        ({"name": 3}, "needs a name"),
        ({"name": "elu", "alhpa": 1.0}, "elu: parameter 'alhpa' is unknown; did you mean 'alpha'?"),
        ({"name": "relu", "alpha": 1.0}, "relu has no parameter 'alpha'; it has none"),
        ({"name": "elu", "alpha": True}, "elu: parameter True is not a number"),
        ({"name": "elu", "alpha": [1.0]}, "elu: parameter [1.0] is not a number"),
        ({"name": "elu", "alpha": 10**5000}, "elu: a parameter is too large for a float64"),
        (7, "an activation is a name or a table with a name, not 7"),
    ],
)
def test_what_is_refused_and_how(specification: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^[ -~…]+$") as refusal:
        activation(specification)
    assert message in str(refusal.value)


def test_a_hostile_name_is_quoted_short_and_without_control_characters() -> None:
    with pytest.raises(ValueError, match=r"^activation .* is unknown") as refusal:
        activation("\x1b[31m\x9b" + "x" * 5_000_000)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 400


def test_an_activation_itself_knows_no_aliases() -> None:
    with pytest.raises(ValueError, match="activation 'linear' is called 'identity' here"):
        Activation("linear")


def test_activations_are_values() -> None:
    assert activation("leaky_relu") == Activation("leaky_relu", (0.01,))
    assert activation("leaky_relu(0.2)") != activation("leaky_relu")
    assert len({activation("elu"), activation("elu(1)"), activation("elu(2)")}) == 2
    assert repr(activation("elu(2)")) == "Activation(name='elu', parameters=(2.0,))"


def test_a_copied_activation_still_computes() -> None:
    function = activation("leaky_relu(0.5)")
    for copied in (copy.deepcopy(function), pickle.loads(pickle.dumps(function))):
        assert copied == function
        assert copied.forward(np.array([-2.0])).tolist() == [-1]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("leaky_relu", (-math.inf, math.inf)),
        ("leaky_relu(-0.1)", (0, math.inf)),
        ("elu(2)", (-2, math.inf)),
        ("elu(-2)", (0, math.inf)),
        ("celu(0.5)", (-0.5, math.inf)),
        ("celu(-0.5)", (-math.inf, math.inf)),
        ("hard_sigmoid", (0, 1)),
        ("hard_sigmoid(0,0.25)", (0.25, 0.25)),
        ("hard_sigmoid(0,7)", (1, 1)),
        ("thresholded_relu", (0, math.inf)),
        ("thresholded_relu(-2)", (-2, math.inf)),
        ("hardtanh(-2,0.5)", (-2, 0.5)),
        ("sin", (-1, 1)),
        ("gaussian", (0, 1)),
    ],
)
def test_limits_follow_the_parameters(text: str, limits: tuple[float, float]) -> None:
    function = activation(text)
    assert function.limits == limits
    activations = function.forward(np.linspace(-300, 300, 2401))
    assert activations.min() >= limits[0]
    assert activations.max() <= limits[1]
    # They are no wider than necessary.
    for limit, extreme in zip(limits, (activations.min(), activations.max()), strict=True):
        assert extreme == pytest.approx(limit, abs=0.3) or (math.isinf(limit) and abs(extreme) > 2)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("sigmoid", "1 / (1 + e^-z)"),
        ("leaky_relu(0.3)", "z if z > 0, else 0.3·z"),
        ("leaky_relu(-0.3)", "z if z > 0, else (-0.3)·z"),
        ("hard_sigmoid", "1/6·z + 0.5, cut to 0…1"),
        ("hard_sigmoid(0.2,0.5)", "0.2·z + 0.5, cut to 0…1"),
        ("hardtanh", "z, cut to -1…1"),
        ("thresholded_relu(-2)", "z if z > -2, else 0"),
        ("celu(2)", "z if z > 0, else 2·(e^(z / 2) - 1)"),
    ],
)
def test_the_formula_has_the_numbers_plugged_in(text: str, formula: str) -> None:
    assert activation(text).formula == formula


@pytest.mark.parametrize("name", IN_ORDER)
def test_every_function_says_in_short_what_it_does(name: str) -> None:
    function = activation(name)
    assert 10 < len(function.summary) <= 70
    assert function.summary.split()[0].endswith("s")  # "squashes …": it follows the name
    assert "{" not in function.formula


def test_which_functions_look_at_the_whole_row_and_which_are_straight() -> None:
    row_wise = [name for name in IN_ORDER if activation(name).row_wise]
    straight = {name for name in IN_ORDER if activation(name).piecewise_linear}
    assert row_wise == ["softmax", "log_softmax"]
    assert straight == {
        "identity",
        "step",
        "relu",
        "relu6",
        "leaky_relu",
        "hard_sigmoid",
        "thresholded_relu",
        "hardtanh",
    }
