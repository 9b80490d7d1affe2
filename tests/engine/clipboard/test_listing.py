"""Whole listings of tutorials, read as networks."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Session, examples
from engine.clipboard import Listing, layer_code, network_code, network_toml, parse_listing
from engine.clipboard.statements import Statement
from engine.clipboard.values import Nested
from engine.formats.toml import read_toml
from tests.engine.strategies import assert_identical, sessions

NOTEBOOK = """
import numpy as np

inputs = [1, 2, 3]
weights = [[0.2, 0.8, -0.5],
           [0.5, -0.91, 0.26],
           [-0.26, -0.27, 0.17]]
biases = [2, 3, 0.5]

def relu(x):
    return np.maximum(0, x)

layer_outputs = np.dot(weights, inputs) + biases
a1 = relu(layer_outputs)

weights2 = [0.3, -0.2, 0.5]
bias2 = 1
z2 = np.dot(weights2, a1) + bias2
output = 1 / (1 + np.exp(-z2))
"""

LESSON = """
W1 = np.array([[0.1, 0.2, 0.3],
               [0.4, 0.5, 0.6]])      # (inputs, neurons)
b1 = np.zeros((1, 3))
W2 = np.array([[1.0], [-1.0], [0.5]])
b2 = np.array([[0.25]])

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(X):
    hidden = np.tanh(X @ W1 + b1)
    return sigmoid(hidden @ W2 + b2)
"""


def listed(text: str) -> Listing:
    listing = parse_listing(text)
    assert listing is not None
    return listing


def texts(session: Session) -> list[str]:
    return [layer.activation.text for layer in session.network.layers]


def test_the_notebook_of_two_layers() -> None:
    listing = listed(NOTEBOOK)
    session = listing.session
    assert session.network.sizes == (3, 3, 1)
    assert texts(session) == ["relu", "sigmoid"]
    assert listing.unknown_activations == ()
    assert listing.one_row_per_neuron == (True, True)
    assert listing.notes == ()
    np.testing.assert_allclose(session.trace.outputs, [[0.7863394451728459]], rtol=1e-15)


def test_a_lesson_with_one_column_per_neuron_is_turned() -> None:
    listing = listed(LESSON)
    first, second = listing.session.network.layers
    assert listing.one_row_per_neuron == (False, False)
    np.testing.assert_array_equal(first.weights, [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
    np.testing.assert_array_equal(first.bias, [0, 0, 0])
    np.testing.assert_array_equal(second.weights, [[1.0, -1.0, 0.5]])
    np.testing.assert_array_equal(second.bias, [0.25])
    assert texts(listing.session) == ["tanh", "sigmoid"]
    assert not listing.session.inputs_given


SQUARE = "W1 = np.array([[1, 2], [3, 4]])\nb1 = np.array([0, 1])\nx = np.array([0.5, 1.5])\n"


@pytest.mark.parametrize(
    ("line", "one_row_per_neuron"),
    [
        ("z = x @ W1.T + b1", True),
        ("z = W1 @ x + b1", True),
        ("z = np.dot(W1, x) + b1", True),
        ("z = np.dot(x, np.array(W1).T) + b1", True),
        ("for w, b in zip(W1, b1):", True),
        ("z = x @ W1 + b1", False),
        ("z = np.dot(x, W1) + b1", False),
        ("z = tf.matmul(x, W1) + b1", False),
        ("", None),
    ],
)
def test_a_square_matrix_lies_as_the_text_multiplies(
    line: str, one_row_per_neuron: bool | None
) -> None:
    listing = listed(SQUARE + line)
    assert listing.one_row_per_neuron == (one_row_per_neuron,)
    weights = listing.session.network.layers[0].weights
    np.testing.assert_array_equal(
        weights, [[1, 3], [2, 4]] if one_row_per_neuron is False else [[1, 2], [3, 4]]
    )
    assert ("one row or one column per neuron" in " ".join(listing.notes)) == (
        one_row_per_neuron is None
    )


@pytest.mark.parametrize(
    ("names", "sizes"),
    [
        (("weights1", "biases1", "weights2", "biases2"), (2, 3, 1)),
        (("hidden_weights", "hidden_bias", "output_weights", "output_bias"), (2, 3, 1)),
        (("W_1", "b_1", "W_2", "b_2"), (2, 3, 1)),
        (("weights", "biases", "weights_2", "biases_2"), (2, 3, 1)),
        (("self.W1", "self.b1", "self.W2", "self.b2"), (2, 3, 1)),
        (("wh", "bh", "wo", "bo"), None),
        (("kernel_0", "bias_0", "kernel_1", "bias_1"), (2, 3, 1)),
        (("coefs_0", "intercepts_0", "coefs_1", "intercepts_1"), (2, 3, 1)),
        (("w_in", "first_bias", "w_out", "last_bias"), (2, 3, 1)),
    ],
)
def test_the_names_that_tutorials_use(
    names: tuple[str, ...], sizes: tuple[int, ...] | None
) -> None:
    values = ("[[1, 2], [3, 4], [5, 6]]", "[7, 8, 9]", "[[1, 2, 3]]", "[4]")
    listing = parse_listing("\n".join(f"{n} = {v}" for n, v in zip(names, values, strict=True)))
    assert (listing.session.network.sizes if listing else None) == sizes
    if listing:
        np.testing.assert_array_equal(listing.session.network.layers[0].bias, [7, 8, 9])
        assert listing.unknown_activations == (0, 1)


def test_layers_come_in_the_order_of_their_numbers() -> None:
    text = "W2 = [[1, 2, 3]]\nb2 = [4]\nW1 = [[1, 2], [3, 4], [5, 6]]\nb1 = [7, 8, 9]"
    assert listed(text).session.network.sizes == (2, 3, 1)


def test_json_and_matlab_are_listings_too() -> None:
    json_text = '{"W1": [[1, 2], [3, 4], [5, 6]], "b1": [7, 8, 9], "W2": [[1, 2, 3]], "b2": [4]}'
    matlab = "W1 = [1 2; 3 4; 5 6];\nb1 = [7; 8; 9];\nW2 = [1 2 3]; b2 = 4;"
    for text in (json_text, matlab):
        assert_identical(listed(text).session, listed(json_text).session)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ("relu(z1)\nsoftmax(z2)", ["relu", "softmax"]),
        ("sigmoid(relu(x) @ w)", ["relu", "sigmoid"]),
        ("np.maximum(0, z1)\nnp.tanh(z2)", ["relu", "tanh"]),
        (
            "nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid())",
            ["relu", "sigmoid"],
        ),
        ("Dense(3, activation='relu')\nDense(1, activation='sigmoid')", ["relu", "sigmoid"]),
        ("Activation_ReLU()\nActivation_Softmax()", ["relu", "softmax"]),
        ("Dense(3, activation='ReLU')\nDense(1, activation='linear')", ["relu", "identity"]),
        ("a1 = tansig(z1);\na2 = satlin(z2);", ["tanh", "hard_sigmoid(1,0)"]),
        ("relu(z1)\nnone(z2)\nexpit(nn.Linear(2))", ["relu", "sigmoid"]),
        ("leaky_relu(z1, 0.3)\nidentity(z2)", ["leaky_relu(0.3)", "identity"]),
        ("leaky_relu(z1, alpha=0.3)\nF.log_softmax(z2)", ["leaky_relu(0.3)", "log_softmax"]),
        ("def relu(z):\n    return np.maximum(0, z)\n", None),
        ("sigmoid(np.dot(relu(np.dot(W1, (x - 1)) + b1), W2) + b2)", ["relu", "sigmoid"]),
        ("print(np.maximum(z1, 0.0), 1.0/(1.0+np.exp(-z2)))", ["relu", "sigmoid"]),
        ("def relu(z):\n    return np.maximum(0, z)\n\nrelu(z1)\ntanh(z2)", ["relu", "tanh"]),
        ("relu(z1)", None),
        ("relu(z1)\nrelu(z2)\nrelu(z3)", None),
        ("# relu(z1)\n# sigmoid(z2)", None),
    ],
)
def test_activations_are_told_by_calls_only(calls: str, expected: list[str] | None) -> None:
    text = "W1 = [[1, 2], [3, 4], [5, 6]]\nb1 = [7, 8, 9]\nW2 = [[1, 2, 3]]\nb2 = [4]\n" + calls
    listing = listed(text)
    assert texts(listing.session) == (expected or ["identity", "identity"])
    assert listing.unknown_activations == (() if expected else (0, 1))


def test_inputs_and_targets_come_along() -> None:
    text = "X = [[0, 0], [0, 1]]\ny = [0, 1]\nW = [[1, 2]]\nb = -0.5\nsigmoid(X @ W.T + b)"
    session = listed(text).session
    np.testing.assert_array_equal(session.inputs, [[0, 0], [0, 1]])
    np.testing.assert_array_equal(session.targets, [[0], [1]])
    assert session.task == "binary"
    listing = listed("X = [[0, 0]]\ny = [0, 1, 2]\nW = [[1, 2]]\nb = -0.5")
    assert listing.session.targets is None
    assert listing.notes == ("the targets do not fit the outputs: they are left out",)
    listing = listed("X = [[0, 0, 0]]\nW = [[1, 2]]\nb = -0.5")
    assert not listing.session.inputs_given
    assert "the inputs do not fit the first layer" in listing.notes[0]


def test_a_list_for_each_neuron_makes_one_layer() -> None:
    text = """
inputs = [1, 2, 3]
weights1 = [0.2, 0.8, -0.5]
weights2 = [0.5, -0.91, 0.26]
weights3 = [-0.26, -0.27, 0.17]
bias1 = 2
bias2 = 3
bias3 = 0.5
"""
    listing = listed(text)
    assert listing.one_row_per_neuron == (True,)
    np.testing.assert_allclose(listing.session.trace.outputs, [[2.3, 2.46, 0.21]], rtol=1e-14)


def test_one_bias_is_that_of_all_neurons_where_there_is_no_other_way() -> None:
    layer = listed("W = [[1, 2], [3, 4], [5, 6]]\nb = 0.5\nx = [1, 2]").session.network.layers[0]
    np.testing.assert_array_equal(layer.bias, [0.5, 0.5, 0.5])


def test_a_missing_bias_is_0_and_said() -> None:
    listing = listed("W1 = [[1, 2], [3, 4], [5, 6]]\nb1 = [7, 8, 9]\nW2 = [[1, 2, 3]]")
    np.testing.assert_array_equal(listing.session.network.layers[1].bias, [0])
    assert listing.notes == ("no bias for W2: it is 0",)


@pytest.mark.parametrize(
    "text",
    ["[[1, 2], [3, 4]]", "weights = [[1, 2], [3, 4]]", "x = 3", "1,2\n3,4", "hello there", "b = 1"],
)
def test_one_matrix_alone_is_no_listing(text: str) -> None:
    assert parse_listing(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("W1 = np.random.randn(4, 5)\nb1 = [0, 0]", "W1 (line 1): 'np.random.randn' must be run"),
        ("b1 = [0]\nW1 = np.array([[1, 2]]) @ W0", "W1 (line 2): '@' is not a number"),
        (
            "b1 = [0]\nW1 = 2*np.random.rand(1, 2) - 1",
            "must be run to give numbers, others each time",
        ),
        ("b1 = [0]\nW1 = [[1, 2]] * [[3, 4]]", "W1 (line 2): '*' of two arrays"),
        ("W1 = [[1, 2], [3]]\nb1 = [0, 0]", "W1 (line 1): row 2 has 1 number"),
        ("W1 = [[1, ..., 2]]\nb1 = [0]", "left out"),
        ("W1 = [[1, 2]]\nb1 = [0]\nW2 = [[1, 2, 3]]\nb2 = [1]", "the shapes do not fit together"),
        ("\n".join(f"W{k} = 1" for k in range(200)), "200 layers are too many"),
        ("", "nothing to paste"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        parse_listing(text)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    "text",
    ["w1=[1,2]\n" * 99_000, "x=[1,2]\n" * 99_000, "b1=1\n" * 150_000, "w=[[1]]*2\n" * 90_000],
    ids=["weights", "inputs", "numbers", "computed"],
)
def test_far_too_many_names_are_refused_at_the_first_too_many(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    reads = Statement.read

    def counted(statement: Statement) -> Nested:
        read.append(statement.name)
        return reads(statement)

    monkeypatch.setattr(Statement, "read", counted)
    name = text.partition("=")[0]
    words = f"line 501: up to '{name}' more than 500 names have numbers; a network's listing"
    with pytest.raises(ValueError, match=words):
        parse_listing(text)
    assert len(read) == 500


def test_a_hundred_layers_printed_twice_are_read() -> None:
    layers = "".join(f"W{k} = [[{k}]]\nb{k} = [0.5]\n" for k in range(1, 101))
    network = listed(f"{layers}X = [[1]]\ny = [[2]]\n{layers}").session.network
    assert [layer.weights.item() for layer in network.layers] == list(range(1, 101))


@pytest.mark.parametrize("id", examples.ids())
def test_an_example_copied_as_code_pastes_as_the_same_network(id: str) -> None:
    session = examples.load(id)
    listing = listed(network_code(session))
    assert_same_network(listing, session)
    assert_identical(read_toml(network_toml(session).encode()), session)


@settings(max_examples=60)
@given(sessions())
def test_any_network_copied_as_code_pastes_as_the_same_network(session: Session) -> None:
    assert_same_network(
        listed(network_code(session.evolve(title="net", features=None, classes=None))), session
    )


def assert_same_network(listing: Listing, session: Session) -> None:
    assert listing.unknown_activations == ()
    assert texts(listing.session) == texts(session)
    for mine, other in zip(listing.session.network.layers, session.network.layers, strict=True):
        assert mine.weights.tobytes() == other.weights.tobytes()
        assert mine.bias.tobytes() == other.bias.tobytes()
    assert listing.session.inputs.tobytes() == session.inputs.tobytes()


def test_a_layer_is_copied_with_its_bias() -> None:
    assert layer_code(examples.load("binary-classifier"), 1) == (
        "# layer 2 · sigmoid: one row per neuron\n"
        "weights2 = np.array([[0.4, -1.0, 0.6]])\n"
        "bias2 = np.array([-0.2])"
    )
    with pytest.raises(ValueError, match="layer_index 2"):
        layer_code(examples.load("binary-classifier"), 2)


@given(st.text("Wb1=[](), \n\"':;.T@#relu-", max_size=80))
def test_any_text_is_a_listing_or_not_or_refused_in_one_line(text: str) -> None:
    refusal = ""
    try:
        parse_listing(text)
    except ValueError as error:
        refusal = str(error)
    assert refusal.isprintable()


PRINTED = {
    "a loop over named parameters": """fc1.weight Parameter containing:
tensor([[1., 2.], [3., 4.], [5., 6.]], requires_grad=True)
fc1.bias Parameter containing:
tensor([0.1000, 0.2000, 0.3000], requires_grad=True)
fc2.weight Parameter containing:
tensor([[7., 8., 9.]], device='cuda:0', requires_grad=True)
fc2.bias Parameter containing:
tensor([0.4000], requires_grad=True)
""",
    "the keys of a state dict": """0.weight: tensor([[1., 2.], [3., 4.], [5., 6.]])
0.bias: tensor([0.1, 0.2, 0.3])
2.weight: tensor([[7., 8., 9.]])
2.bias: tensor([0.4])
""",
    "scikit-learn at the prompt": """>>> mlp.coefs_
[array([[1., 3., 5.],
       [2., 4., 6.]]), array([[7.],
       [8.],
       [9.]])]
>>> mlp.intercepts_
[array([0.1, 0.2, 0.3]), array([0.4])]
""",
    "two lists without names": """[array([[1., 3., 5.],
       [2., 4., 6.]]), array([[7.],
       [8.],
       [9.]])]
[array([0.1, 0.2, 0.3]), array([0.4])]
""",
    "MATLAB": "W1 =\n\n     1     2\n     3     4\n     5     6\n\nb1 =\n\n    0.1000\n    0.2000\n"
    "    0.3000\n\nW2 =\n\n     7     8     9\n\nb2 =\n\n    0.4000\n",
    "Keras at the prompt": """>>> model.get_weights()
[array([[1., 3., 5.],
       [2., 4., 6.]], dtype=float32), array([0.1, 0.2, 0.3]), array([[7.],
       [8.],
       [9.]], dtype=float32), array([0.4])]
""",
    "get_weights under a name": "w = [array([[1., 3., 5.], [2., 4., 6.]]), array([0.1, 0.2, 0.3]), "
    "array([[7.], [8.], [9.]]), array([0.4])]",
    "the variables of Keras 2": """[<tf.Variable 'dense/kernel:0' shape=(2, 3) dtype=float32, numpy=
array([[1., 3., 5.],
       [2., 4., 6.]], dtype=float32)>, <tf.Variable 'dense/bias:0' shape=(3,) dtype=float32, \
numpy=array([0.1, 0.2, 0.3])>, <tf.Variable 'dense_1/kernel:0' shape=(3, 1) dtype=float32, numpy=
array([[7.],
       [8.],
       [9.]])>, <tf.Variable 'dense_1/bias:0' shape=(1,) dtype=float32, numpy=array([0.4])>]
""",
    "the variables of Keras 3": """[<Variable path=net/dense/kernel, shape=(2, 3), dtype=float32, \
value=[[1. 3. 5.]
 [2. 4. 6.]]>, <Variable path=net/dense/bias, shape=(3,), dtype=float32, value=[0.1 0.2 0.3]>, \
<Variable path=net/dense_1/kernel, shape=(3, 1), dtype=float32, value=[[7.]
 [8.]
 [9.]]>, <Variable path=net/dense_1/bias, shape=(1,), dtype=float32, value=[0.4]>]
""",
    "the parameters of PyTorch": """Parameter containing:
tensor([[1., 2.], [3., 4.], [5., 6.]], requires_grad=True)
Parameter containing:
tensor([0.1, 0.2, 0.3], requires_grad=True)
Parameter containing:
tensor([[7., 8., 9.]], requires_grad=True)
Parameter containing:
tensor([0.4], requires_grad=True)
""",
    "Flax": """{'params': {'Dense_0': {'bias': Array([0.1, 0.2, 0.3]), 'kernel': Array(
[[1., 3., 5.], [2., 4., 6.]], dtype=float32)}, 'Dense_1': {'bias': Array([0.4]), 'kernel':
Array([[7.], [8.], [9.]])}}}""",
    "arrays printed one after another": """[[1. 2.]
 [3. 4.]
 [5. 6.]]
[0.1 0.2 0.3]
[[7. 8. 9.]]
[0.4]
""",
    "lists with a colon before them": """weights: [array([[1., 2.], [3., 4.], [5., 6.]]), \
array([[7., 8., 9.]])]
biases: [array([0.1, 0.2, 0.3]), array([0.4])]
""",
    "a program from scratch with the bias as the last weight": """[{'weights': [1, 2, 0.1]}, \
{'weights': [3, 4, 0.2]}, {'weights': [5, 6, 0.3]}]
[{'weights': [7, 8, 9, 0.4], 'output': 0.5, 'delta': 0.1}]
""",
    "Toy-Neural-Network": """{"input_nodes":2,"weights_ih":{"rows":3,"cols":2,"data":[[1,2],[3,4],
[5,6]]},"bias_h":{"rows":3,"cols":1,"data":[[0.1],[0.2],[0.3]]},"weights_ho":{"data":[[7,8,9]]},
"bias_o":{"data":[[0.4]]},"activation_function":{}}""",
    "brain.js": """{"type":"NeuralNetwork","sizes":[2,3,1],"layers":[{"weights":[],"biases":[]},
{"weights":[[1,2],[3,4],[5,6]],"biases":[0.1,0.2,0.3]},{"weights":[[7,8,9]],"biases":[0.4]}],
"trainOpts":{"activation":"tanh"}}""",
    "MATLAB with rows that go on": "W1 = [1 2; ...\n  3 ...\n  4; 5 6];\nb1 = [0.1; 0.2; 0.3];\n"
    "W2 = [7 8 9];\nb2 = 0.4;",
    "the weights of each layer of Keras": """[array([[1., 3., 5.],
       [2., 4., 6.]]), array([0.1, 0.2, 0.3])]
[array([[7.],
       [8.],
       [9.]]), array([0.4])]
""",
    "the names and weights of each layer of Keras": """dense [array([[1., 3., 5.],
       [2., 4., 6.]]), array([0.1, 0.2, 0.3])]
dense_1 [array([[7.],
       [8.],
       [9.]]), array([0.4])]
""",
    "MATLAB with a factor": "W1 =\n\n   1.0e+03 *\n\n    0.0010    0.0020\n    0.0030    0.0040\n"
    "    0.0050    0.0060\n\nb1 =\n\n    0.1000\n    0.2000\n    0.3000\n\nW2 =\n\n     7     8"
    "     9\n\nb2 =\n\n    0.4000\n",
    "MATLAB's network": "net.IW{1,1} = [1 2; 3 4; 5 6];\nnet.b{1} = [0.1; 0.2; 0.3];\n"
    "net.LW{2,1} = [7 8 9];\nnet.b{2} = 0.4;\n",
}


@pytest.mark.parametrize("text", PRINTED.values(), ids=PRINTED)
def test_what_libraries_print(text: str) -> None:
    found = parse_listing(text)
    assert found is not None
    hidden, output = found.session.network.layers
    assert hidden.weights.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert hidden.bias.tolist() == [0.1, 0.2, 0.3]
    assert (output.weights.tolist(), output.bias.tolist()) == ([[7, 8, 9]], [0.4])


def test_neurons_that_do_not_chain_are_refused_in_words() -> None:
    text = "network = [[{'weights': [1, 2, 3]}], [{'weights': [2, 4, 1]}, {'weights': [4, 6, 1]}]]"
    with pytest.raises(ValueError, match=r"network") as error:
        parse_listing(text)
    assert "concatenation" not in str(error.value)


def test_json_of_javascript_tells_its_activations_and_what_is_assumed() -> None:
    brain, toy = (parse_listing(PRINTED[name]) for name in ("brain.js", "Toy-Neural-Network"))
    assert brain is not None
    assert toy is not None
    assert [layer.activation.name for layer in brain.session.network.layers] == ["tanh"] * 2
    assert (brain.unknown_activations, brain.notes) == ((), ())
    assert [layer.activation.name for layer in toy.session.network.layers] == ["sigmoid"] * 2
    assert "sigmoid" in toy.notes[0]


def test_rows_of_several_layers_are_never_taken_for_one_layer() -> None:
    text = "net = [[{'weights': [1, 2, 3]}, {'weights': [2, 4, 5]}], [{'weights': [4, 6, 7]}]]"
    found = parse_listing(text)
    assert found is not None
    assert [len(layer.bias) for layer in found.session.network.layers] == [2, 1]
    assert "is its bias" in found.notes[0]
    with pytest.raises(ValueError, match="do not fit together"):
        parse_listing(text.replace("[4, 6, 7]", "[4, 6, 7, 8, 9]"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sequential(\n  (0): Linear(in_features=2, out_features=3)\n)", r"^line 1: .*state_dict"),
        ('Model: "sequential"\n____\n dense (Dense)  (None, 3)', r"^line 1: .*get_weights"),
        ("[<KerasVariable shape=(2, 3), dtype=float32, path=a/kernel>]", "without its numbers"),
    ],
)
def test_a_model_without_its_numbers_is_told_how_to_get_them(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_listing(text)
