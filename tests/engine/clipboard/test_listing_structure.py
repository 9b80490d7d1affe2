"""Nested lists and tables are read as the layers that they are, or refused as a whole."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import Layer, Network, Session
from engine.clipboard import Listing, parse_listing, parse_numbers
from tests.engine.strategies import sessions

HIDDEN = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
HIDDEN_BIAS = [7.0, 8.0, 9.0]
OUTPUT = [[1.0, 2.0, 3.0]]
OUTPUT_BIAS = [4.0]
TURNED = [[1, 3, 5], [2, 4, 6]]


def listed(text: str) -> Listing:
    listing = parse_listing(text)
    assert listing is not None
    return listing


def layers_of(text: str) -> list[tuple[list[Any], list[Any]]]:
    layers = listed(text).session.network.layers
    return [(layer.weights.tolist(), layer.bias.tolist()) for layer in layers]


def texts(listing: Listing) -> list[str]:
    return [layer.activation.text for layer in listing.session.network.layers]


TWO_LAYERS = {
    "layers of W and b": '{"layers": [{"W": H, "b": HB}, {"W": O, "b": OB}]}',
    "other order of keys": '{"layers": [{"b": HB, "W": H}, {"name": "out", "b": OB, "W": O}]}',
    "by name": '{"hidden": {"weights": H, "bias": HB}, "output": {"weights": O, "bias": OB}}',
    "last first": '{"output": {"weights": O, "bias": OB}, "hidden": {"weights": H, "bias": HB}}',
    "numbered": '{"layer2": {"weights": O, "bias": OB}, "layer1": {"weights": H, "bias": HB}}',
    "nested deeper": '{"model": {"params": {"l1": {"w": H, "b": HB}, "l2": {"w": O, "b": OB}}}}',
    "camel case": '{"weightsInputHidden": H, "biasHidden": HB, '
    '"weightsHiddenOutput": O, "biasOutput": OB}',
    "lists of all": '{"sizes": [2, 3, 1], "weights": [H, O], "biases": [HB, OB]}',
    "columns of biases": "weights = [H, O]\nbiases = [[[7], [8], [9]], [[4]]]",
    "tables by layer": '{"weights": {"hidden": H, "out": O}, "biases": {"hidden": HB, "out": OB}}',
    "tables of TensorFlow": "weights = {'h1': H, 'out': O}\nbiases = {'b1': HB, 'out': OB}",
    "settings beside them": '{"lr": 0.1, "W1": H, "b1": HB, "use_bias": true, "weight_decay": 0.01,'
    ' "note": "a (b # c", "W2": O, "b2": OB, "weight_shape": [3, 2], "epochs": 5}',
    "state of an optimizer": '{"net": {"W1": H, "b1": HB, "W2": O, "b2": OB}, '
    '"optimizer": {"W1": H}}',
    "gradients": "W1=H\nb1=HB\nW2=O\nb2=OB\ndW1=[[0.1,0.1]]\ndb1=[0.2]\ngrads = {'W1': H}",
    "comments and commas": "params = {\n  'W1': np.array(H), # it's (\n  'b1': np.array(HB),\n"
    "  'W2': np.array(O),\n  'b2': np.array(OB,),\n}",
    "tuples": "network = [(np.array(H), np.array(HB)), (np.array(O), np.array(OB))]",
    "tuples in a tuple": "layers = ((H, HB), (O, OB))",
    "dict": "hidden = dict(weights=H, bias=HB)\noutput = dict(bias=OB, weights=O)",
    "JavaScript": "const net = {\n  layers: [\n    {weights: H, biases: HB}, // hidden (3)\n"
    "    {weights: O, biases: OB},\n  ],\n};",
    "named again": "W1=H\nb1=HB\nW2=O\nb2=OB\nparams = {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2}\n"
    "weights = [W1, W2]\nlayers = [(W1, b1), (W2, b2)]\nnet = [{'w': W1, 'b': b1}]",
    "assigned again": "W1=[[0,0],[0,0],[0,0]]\nb1=HB\nW1=H\nW2=O\nb2=OB\nW2 = W2 - 1",
    "state_dict": "OrderedDict([('0.weight', tensor(H)), ('0.bias', tensor(HB)), "
    "('2.weight', tensor(O, device='cuda:0')), ('2.bias', tensor(OB))])",
    "state_dict of new": "OrderedDict({'fc1.weight': tensor(H), 'fc1.bias': tensor(HB), "
    "'fc2.weight': tensor(O), 'fc2.bias': tensor(OB)})",
    "parameters": "[('a.weight', Parameter containing:\ntensor(H, requires_grad=True)), ('a.bias', "
    "Parameter containing:\ntensor(HB)), ('z.weight', Parameter containing:\ntensor(O)), "
    "('z.bias', Parameter containing:\ntensor(OB))]",
    "get_weights": "[array(T, dtype=float32), array(HB), array([[1.],[2.],[3.]]), array(OB)]",
    "scikit-learn": "coefs_ = [array(T), array([[1],[2],[3]])]\n"
    "intercepts_ = [array(HB), array(OB)]",
    "flax": '{"params": {"Dense_0": {"bias": HB, "kernel": T}, '
    '"Dense_1": {"bias": OB, "kernel": [[1],[2],[3]]}}}',
    "no brackets around": '"W1": H, "b1": HB, "W2": O, "b2": OB',
    "sections": "[layer]\nweights = H\nbias = HB\n\n[layer]\nweights = O\nbias = OB",
    "classes": "class Hidden:\n    weights = H\n    bias = HB\nclass Output:\n"
    "    weights = O\n    bias = OB",
    "items": "self.params['W1'] = np.array(H)\nself.params['b1'] = np.array(HB)\n"
    "self.params['W2'] = np.array(O)\nself.params['b2'] = np.array(OB)",
    "neurons": "hidden_layer = [{'weights': [1, 2], 'bias': 7}, {'weights': [3, 4], 'bias': 8},\n"
    "  {'weights': [5, 6], 'bias': 9}]\noutput_weights = [1, 2, 3]\noutput_bias = 4",
    "neurons of w and b": "net = [[{'w': [1, 2], 'b': 7}, {'w': [3, 4], 'b': 8}, {'b': 9, 'w': [5,"
    " 6]}], [{'w': [1, 2, 3], 'b': 4}]]",
    "neurons of layers": '{"layers": [{"neurons": [{"weights": [1, 2], "bias": 7}, {"weights": [3,'
    ' 4], "bias": 8}, {"weights": [5, 6], "bias": 9}]}, {"neurons": [{"weights": [1, 2, 3],'
    ' "bias": 4}]}]}',
    "neurons in camel case": '{"hiddenLayer": [{"inputWeights": [1, 2], "biasValue": 7}, '
    '{"inputWeights": [3, 4], "biasValue": 8}, {"inputWeights": [5, 6], "biasValue": 9}], '
    '"outputLayer": [{"inputWeights": [1, 2, 3], "biasValue": 4}]}',
    "neurons by name": "n1 = {'w': [1, 2], 'b': 7}\nn2 = {'w': [3, 4], 'b': 8}\n"
    "n3 = {'w': [5, 6], 'b': 9}\nout = {'w': [1, 2, 3], 'b': 4}",
    "lists by name": "h1_weights = [1, 2]\nh2_weights = [3, 4]\nh3_weights = [5, 6]\nh1_bias = 7\n"
    "h2_bias = 8\nh3_bias = 9\nout_weights = [1, 2, 3]\nout_bias = 4",
    "weights by input": '{"layers": [{"x": {}, "y": {}}, {"0": {"bias": 7, "weights": {"x": 1, "y":'
    ' 2}}, "1": {"bias": 8, "weights": {"y": 4, "x": 3}}, "2": {"bias": 9, "weights": {"x": 5, "y":'
    ' 6}}}, {"cat": {"bias": 4, "weights": {"0": 1, "1": 2, "2": 3}}}]}',
}


@pytest.mark.parametrize("text", TWO_LAYERS.values(), ids=TWO_LAYERS)
def test_two_layers_in_many_forms(text: str) -> None:
    for name, value in (
        *(("HB", HIDDEN_BIAS), ("OB", OUTPUT_BIAS)),
        *(("H", HIDDEN), ("O", OUTPUT), ("T", TURNED)),
    ):
        text = re.sub(rf"\b{name}\b", str(value), text)
    assert layers_of(text) == [(HIDDEN, HIDDEN_BIAS), (OUTPUT, OUTPUT_BIAS)]
    assert listed(text).notes == ()


def test_three_layers_with_the_same_keys_are_three_layers() -> None:
    layers = [
        {"weights": [[0.5, k], [k, 0.25]], "biases": [k, -k], "activation": name}
        for k, name in enumerate(("ReLU", "logistic", "linear"), 1)
    ]
    listing = listed(json.dumps({"layers": layers}, indent=1))
    assert [layer.weights[0, 1] for layer in listing.session.network.layers] == [1, 2, 3]
    assert texts(listing) == ["relu", "sigmoid", "identity"]
    assert listing.unknown_activations == ()


def test_a_list_of_neurons_alone_is_a_layer() -> None:
    text = "hidden = [{'weights': [1, 2], 'bias': 3}, {'weights': [4, 5], 'bias': 6}]"
    assert layers_of(text) == [([[1, 2], [4, 5]], [3, 6])]
    assert listed(text).one_row_per_neuron == (True,)


def test_brain_js_has_one_activation_for_all() -> None:
    neuron = {"bias": 0.5, "weights": {"0": 1, "1": 2}}
    table = {
        "sizes": [2, 2, 1],
        "layers": [{"0": {}, "1": {}}, {"0": neuron, "1": neuron}, {"0": neuron}],
        "outputLookup": False,
        "activation": "leaky-relu",
    }
    listing = listed(json.dumps(table))
    assert texts(listing) == ["leaky_relu", "leaky_relu"]
    assert listing.session.network.sizes == (2, 2, 1)


def test_the_activation_of_a_network_is_not_made_that_of_its_output() -> None:
    table = {
        "activation": "relu",
        "coefs_": [TURNED, [[1], [2], [3]]],
        "intercepts_": [HIDDEN_BIAS, [4]],
    }
    assert listed(json.dumps(table)).unknown_activations == (0, 1)


def test_a_listing_of_functions_and_a_layer_of_tables() -> None:
    listing = listed("""
def relu(x):
    return max(0, x)

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

inputs = [0.5, -1.5, 2.0]
hidden_layer = [
    {'weights': [0.5, 0.8, -0.7], 'bias': 0.6},
    {'weights': [-1.5, 0.8, 0.5], 'bias': -0.3}
]

def neuron(weights, bias, values, activation=relu):
    total = bias
    for weight, value in zip(weights, values):
        total += weight * value
    return activation(total)

hidden = [neuron(n['weights'], n['bias'], inputs) for n in hidden_layer]
output_weights = [1.3, 0.7]
output_bias = 0.5
print(neuron(output_weights, output_bias, hidden, activation=sigmoid))
""")
    session = listing.session
    assert session.network.sizes == (3, 2, 1)
    assert texts(listing) == ["relu", "sigmoid"]
    hidden = [0.5 * 0.5 - 0.8 * 1.5 - 0.7 * 2 + 0.6, -1.5 * 0.5 - 0.8 * 1.5 + 0.5 * 2 - 0.3]
    z = 1.3 * max(0, hidden[0]) + 0.7 * max(0, hidden[1]) + 0.5
    np.testing.assert_allclose(session.trace.outputs, [[1 / (1 + np.exp(-z))]], rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h = [{'weights': [1, 2], 'bias': x}]\nout_weights = [1]\nout_bias = 1", "'x' is not a"),
        ("h = [{'weights': f(3), 'bias': 1}]\nout_weights = [1]\nout_bias = 1", "h (line 1): 'f' "),
        (
            "h = [{'w': [1, 2*x], 'b': 1}]\nout_w = [1]\nout_b = 1",
            "h (line 1): cannot compute with 'x'",
        ),
        ("net = [{'weights': W1, 'bias': b1}]\nW = [[1, 2]]\nb = [1]", "net[1].weights: 'W1' is"),
        (
            '{"layers": [{"weights": [[1, 2]]}, {"weights": [["a", 2]]}]}',
            "row 1, column 1: 'a' is not a",
        ),
        ('{"layers": [{"weights": [[1, 2], [3]], "bias": [1]}]}', "row 2 has 1 number"),
        (
            '{"layers": [{"W": [[1, 2]], "b": [1]}, {"W": [[1, 2]], "b": [1]}]}',
            "do not fit together",
        ),
        ("l = [{'w': [1, 2], 'b': 3}, {'w': [4, 5, 6], 'b': 6}]", "do not fit together"),
        ("W1 = [[1, 2]]\nhidden_bias = [1]\nb9 = [2]", "hidden_bias: no weights of a similar name"),
        ('{"W": [[1, 2]], "b": [1]', "the text ends where"),
        ('{"W": [[1, 2]] "b": [1]}', "expected a comma and a key"),
        (
            "weights = [[[1, 2]], [[3]]]\nbiases = [[1]]",
            "biases another number of biases",
        ),
        ("l = [{'w': {'x': 1}, 'b': 1}, {'w': {'y': 1}, 'b': 1}]", "have different names"),
        ("l = [{'w': [1], 'act': 'relu'}, {'w': [1], 'act': 'tanh'}]", "different activations"),
        ("layers = [[[1, 2], [3, 4]], [1], [2]]", "layers[3] follows no matrix"),
        ("OrderedDict([('0.weight', tensor([[1, ..., 2]]))])", "left out"),
    ],
)
def test_a_listing_is_read_whole_or_not_at_all(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as refusal:
        parse_listing(text)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        *('{"a": 1, "b": [1, 2]}', "[[1, 2], [3, 4]]", "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"),
        *("layers = [2, 3, 1]", "data = [([0, 0], [0]), ([0, 1], [1])]", '{"weights": [[1, 2]]}'),
        *("{}", "[]", "{'lr': 0.1}", "params = {'n': 3}", '["weights", "bias"]'),
    ],
)
def test_what_is_no_network_is_no_listing(text: str) -> None:
    assert parse_listing(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("[" * 900_000, "{1:" * 300_000, "x={" + "a." * 400_000),
        "W=[[1]]\nb=[1]\n" + "elu(a,2)" * 90_000,
    ],
    ids=["brackets", "tables", "words", "calls"],
)
def test_what_is_far_too_deep_or_long_is_answered(text: str) -> None:
    refusal = ""
    try:
        assert (parse_listing(text) or parse_numbers(text)) is not None
    except ValueError as error:
        refusal = str(error)
    assert refusal.isprintable()
    assert len(refusal) < 200


def test_data_beside_a_network_is_no_layer() -> None:
    text = "training = [([0, 0], [0]), ([0, 1], [1])]\nW = [[1, 2]]\nb = [1]"
    assert layers_of(text) == [([[1, 2]], [1])]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("nn.LeakyReLU(0.2)", "leaky_relu(0.2)"),
        ("nn.LeakyReLU(negative_slope=0.2, inplace=True)", "leaky_relu(0.2)"),
        ("nn.LeakyReLU()", "leaky_relu"),
        ("leaky_relu(np.dot(W, x) + b)", "leaky_relu"),
        ("leaky_relu(f(x, 3), 0.3)", "leaky_relu(0.3)"),
        ("leaky_relu(z, slope)", None),
        ("import keras\nkeras.layers.LeakyReLU()", None),
        ("import keras\nDense(1, activation='leaky_relu')", None),
        ("elu(z, alpha=2)", "elu(2)"),
        ("np.heaviside(z, 1)", None),
        ("def f(x, activation='tanh'):\n    return activation(x)\nf(W)", "tanh"),
        ("def f(x, activation):\n    return activation(x)\nf(W, relu)", "relu"),
        ("def f(x, activation=relu):\n    return activation(x)\nf(W, activation=np.tanh)", "tanh"),
        ("def f(x, activation=relu):\n    return activation(x)\nf(W, sigmoid)", "sigmoid"),
    ],
)
def test_an_activation_is_told_with_its_number_or_not_at_all(
    calls: str, expected: str | None
) -> None:
    listing = listed(f"W = [[1, 2]]\nb = [1]\n{calls}")
    assert texts(listing) == [expected or "identity"]
    assert listing.unknown_activations == (() if expected else (0,))


NEGATIVE_ZERO = Session(Network([Layer([[0.0]], [-0.0], "identity")]), [[0.0]])


@example(NEGATIVE_ZERO, "neurons", False)
@settings(max_examples=40, deadline=None)
@given(sessions(), st.sampled_from(["layers", "neurons", "by name", "lists"]), st.booleans())
def test_any_network_as_json_pastes_as_the_same_network(
    session: Session, form: str, indented: bool
) -> None:
    layers = session.network.layers
    table: Any
    if form == "neurons":
        table = [
            [
                {"weights": row, "bias": bias, "activation": layer.activation.text}
                for row, bias in zip(layer.weights.tolist(), layer.bias.tolist(), strict=True)
            ]
            for layer in layers
        ]
    elif form == "lists":
        table = {
            "weights": [layer.weights.tolist() for layer in layers],
            "biases": [layer.bias.tolist() for layer in layers],
            "activations": [layer.activation.text for layer in layers],
        }
    else:
        each = [
            {
                "activation": layer.activation.text,
                "biases": layer.bias.tolist(),
                "weights": layer.weights.tolist(),
            }
            for layer in layers
        ]
        by_name = {f"layer{k}": layer for k, layer in enumerate(each)}
        table = {"layers": each if form == "layers" else by_name}
    listing = listed(json.dumps(table, indent=1 if indented else None))
    assert texts(listing) == [layer.activation.text for layer in layers]
    for mine, other in zip(listing.session.network.layers, layers, strict=True):
        assert mine.weights.tobytes() == other.weights.tobytes()
        assert mine.bias.tobytes() == other.bias.tobytes()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "{",
                    "}",
                    "[",
                    "]",
                    "(",
                    ")",
                    ",",
                    ":",
                    "=",
                    "\n",
                    " ",
                    "'",
                    '"',
                    "#",
                    "//",
                    ".T",
                ),
                *("'weights'", '"bias"', "w", "b1", "W2", "layers", "dict(", "OrderedDict(", "x"),
                *("1", "-0.5", "[1, 2]", "[[1, 2], [3, 4]]", "{'w': [1, 2], 'b': 3}", "relu(z)"),
                *("activation=", "array(", "tensor(", "...", "null", "def f(activation=relu):"),
            ]
        ),
        max_size=30,
    )
)
def test_any_words_are_a_listing_or_not_or_refused_in_one_line(words: list[str]) -> None:
    refusal = ""
    try:
        parse_listing("".join(words))
    except ValueError as error:
        refusal = str(error)
    assert refusal.isprintable()
