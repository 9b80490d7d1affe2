"""The built-in examples: every figure of the worked examples, and what their sources print."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Layer, Network, Session, examples, new_network, predictions, weight_bias_sweep

WORKED = json.loads((Path(__file__).parents[2] / "data" / "worked-examples.json").read_text())
EXAMPLES: dict[str, dict[str, Any]] = {example["id"]: example for example in WORKED["examples"]}
FIGURES: dict[str, Any] = WORKED["other_figures"]

SUM = re.compile(r"((?:\S+·\S+ \+ )+\(?[-\d.]+\)?) = (-?[\d.]*\d)")

every_example = pytest.mark.parametrize("id", EXAMPLES)


def printed(id: str, what: str) -> Any:
    return EXAMPLES[id]["printed_in_source"][what]


def agrees(actual: Any, figures: Any, decimals: int) -> None:
    """Assert the figures as printed: off by at most half a unit of the last decimal."""
    np.testing.assert_allclose(np.squeeze(actual), figures, rtol=0, atol=0.5000001 * 10**-decimals)


def test_the_ids() -> None:
    assert examples.ids() == (*EXAMPLES, "two-by-two")
    assert len(examples.ids()) == 19
    assert examples.DEFAULT == "binary-classifier"
    assert examples.DEFAULT in examples.ids()


@pytest.mark.parametrize(
    ("id", "hint"),
    [("xor-stp", "did you mean 'xor-step'?"), ("qqq", "expected one of hidden-layer, binary-")],
)
def test_an_unknown_id_names_the_nearest(id: str, hint: str) -> None:
    for reader in (examples.load, examples.text):
        with pytest.raises(ValueError, match="there is no example") as raised:
            reader(id)
        assert str(raised.value).startswith(f"there is no example '{id}'; {hint}")


def test_an_id_is_not_a_path() -> None:
    for id in ("../examples/batch", "batch.toml", "", "__init__"):
        with pytest.raises(ValueError, match="there is no example"):
            examples.text(id)


@every_example
def test_the_session_is_that_of_the_worked_example(id: str) -> None:
    session, worked = examples.load(id), EXAMPLES[id]
    assert session.title == worked["title"]
    assert session.declared_task == session.task == worked["task"]
    assert session.features == (tuple(worked["features"]) if "features" in worked else None)
    assert session.inputs.tolist() == worked["inputs"]
    assert session.inputs_given
    targets = None if session.targets is None else session.targets.tolist()
    assert targets == worked.get("targets")
    for layer, expected in zip(session.network.layers, worked["layers"], strict=True):
        assert layer.name == expected["name"]
        assert layer.activation.text == expected["activation"]
        assert layer.weights.tolist() == expected["weights"]
        assert layer.bias.tolist() == expected["bias"]


@every_example
def test_every_expected_figure(id: str) -> None:
    trace = examples.load(id).trace
    for layer, expected in zip(trace.layers, EXAMPLES[id]["expected"], strict=True):
        for stage in ("pre_activations", "activations"):
            np.testing.assert_allclose(
                getattr(layer, stage), expected[stage], rtol=1e-15, atol=1e-300
            )


@every_example
def test_the_note_is_short_and_its_sums_are_right(id: str) -> None:
    note = examples.load(id).note
    assert note is not None
    assert len(note) <= 400
    assert len(re.findall(r"[.:] ", note)) <= 5
    assert "\n" not in note
    assert "  " not in note
    for products, result in SUM.findall(note):
        terms = [re.findall(r"-?[\d.]*\d", term) for term in products.split(" + ")]
        total = sum(np.prod([float(factor) for factor in term]) for term in terms)
        assert total == pytest.approx(float(result), abs=1e-12)


def test_the_notes_show_sums() -> None:
    assert [id for id in examples.ids() if SUM.search(examples.load(id).note or "")] == [
        *("binary-classifier", "single-neuron", "two-layer", "adjustable-neuron"),
        *("lesson-neuron", "zero-knowledge-neuron", "neuron-class", "spam-or-ham", "house-price"),
    ]


def out(session: Session, layer_index: int = -1) -> list[float]:
    activations: list[float] = session.trace.layers[layer_index].activations[0].tolist()
    return activations


def changed(id: str, layer_index: int = 0, **parts: object) -> Session:
    """The example with parts of one layer replaced."""
    session = examples.load(id)
    layers = list(session.network.layers)
    old = layers[layer_index]
    new: dict[str, Any] = {
        "weights": old.weights,
        "bias": old.bias,
        "activation": old.activation,
        **parts,
    }
    layers[layer_index] = Layer(new["weights"], new["bias"], new["activation"], old.name)
    return session.evolve(network=Network(layers))


def test_what_the_notes_say_of_changes() -> None:
    assert out(changed("single-neuron", activation="sigmoid")) == pytest.approx([0.9089], abs=5e-5)
    lowered = changed("layer-relu", bias=[2, 3, 0.2])
    assert lowered.trace.layers[0].pre_activations[0, 2] == pytest.approx(-0.09)
    assert out(lowered)[2] == 0
    assert out(changed("adjustable-neuron", bias=[-0.8])) == pytest.approx([0.5])
    assert out(changed("zero-knowledge-neuron", bias=[0])) == pytest.approx([0.6011], abs=5e-5)
    assert out(changed("neuron-class", bias=[5])) == pytest.approx([0.9997], abs=5e-5)
    spam = examples.load("spam-or-ham")
    assert predictions(spam) == ["spam"]
    ham = spam.evolve(inputs=np.array([[3.0, 3.0]]))
    assert ham.trace.layers[0].pre_activations[0, 0] == pytest.approx(-0.4)
    assert predictions(ham) == ["ham"]
    price = examples.load("house-price")
    larger = price.evolve(inputs=np.array([[121.0, 3.0], [120.0, 4.0], [0.0, 0.0]]))
    assert larger.trace.outputs[:, 0].tolist() == [327, 340, 40]
    shares = out(examples.load("three-classes"))
    raised = changed("three-classes", layer_index=1, bias=[-0.2, 0.1, 2.0])
    assert raised.trace.layers[1].pre_activations[0, 2] == pytest.approx(2.17)
    assert np.argmax(shares) == 1
    assert np.argmax(out(raised)) == 2
    assert out(raised)[0] < shares[0]
    assert out(raised)[1] < shares[1]


def test_figures_that_the_sources_print() -> None:
    for id, stage, what, decimals in (
        ("single-neuron", "pre_activations", "z", 1),
        ("single-neuron", "activations", "output", 1),
        ("layer-relu", "pre_activations", "z", 2),
        ("layer-relu", "activations", "a", 2),
        ("layer-sigmoid", "activations", "a", 8),
        ("two-layer", "pre_activations", "z2", 3),
        ("batch", "pre_activations", "z", 2),
        ("batch", "activations", "a", 2),
        ("adjustable-neuron", "activations", "output", 8),
        ("xor-step", "activations", "output", 0),
        ("neuron-class", "activations", "output", 15),
        ("shared-weights", "activations", "output", 15),
    ):
        trace = examples.load(id).trace
        agrees(getattr(trace.layers[-1], stage), printed(id, what), decimals)
    agrees(out(examples.load("shared-weights"), 0)[0], printed("shared-weights", "h1"), 4)


def test_every_printed_figure_is_looked_at() -> None:
    # Those of the test above, and the three wrong or rounded ones below.
    assert {id for id, example in EXAMPLES.items() if "printed_in_source" in example} == {
        *("single-neuron", "layer-relu", "layer-sigmoid", "two-layer", "batch"),
        *("adjustable-neuron", "xor-step", "neuron-class", "shared-weights"),
        *("random-layer", "tiny-net"),
    }


def test_two_layer_prints_an_output_with_the_wrong_sign() -> None:
    truth, z = out(examples.load("two-layer"))[0], 1.303
    assert truth == pytest.approx(0.7863394451728459, rel=1e-15)
    assert printed("two-layer", "output") == pytest.approx(1 / (1 + np.exp(z)), rel=1e-14)
    assert truth == pytest.approx(1 - printed("two-layer", "output"), rel=1e-14)
    note = examples.load("two-layer").note or ""
    assert "prints 0.2137" in note
    assert "0.7863 is right" in note


def test_layer_sigmoid_prints_the_right_figures_under_a_wrong_label() -> None:
    trace = examples.load("layer-sigmoid").trace.layers[0]
    after_relu = np.maximum(trace.pre_activations, 0)
    assert np.abs(after_relu - printed("layer-sigmoid", "a")).max() > 1
    note = examples.load("layer-sigmoid").note or ""
    assert '"After ReLU": the figures are right, the label is wrong' in note


def test_tiny_net_prints_a_sample_that_is_not_its_own() -> None:
    hidden, output = out(examples.load("tiny-net"), 0), out(examples.load("tiny-net"))
    assert np.abs(np.array(hidden) - printed("tiny-net", "hidden")).max() > 0.5
    assert abs(output[0] - printed("tiny-net", "output")) > 0.05
    agrees(hidden, [0.61, 1.12, 0.59, 0.78, 0.61], 2)
    agrees(output, 0.560, 3)
    # The code of the source: legacy seed 0, normal numbers times 0.5, one column per neuron.
    drawn = np.random.RandomState(0).randn(25) * 0.5
    layers = examples.load("tiny-net").network.layers
    np.testing.assert_array_equal(layers[0].weights.T.ravel(), drawn[:20])
    np.testing.assert_array_equal(layers[1].weights.ravel(), drawn[20:])
    note = examples.load("tiny-net").note or ""
    assert "0, 0.41, 0, 0.28, 0.67 and an output of 0.508" in note
    assert "0.61, 1.12, 0.59, 0.78, 0.61 and 0.560 are right" in note


def test_random_layer_prints_rounded_weights() -> None:
    sums = examples.load("random-layer").trace.layers[0].pre_activations
    np.testing.assert_allclose(sums, printed("random-layer", "z"), rtol=0, atol=1e-7)
    assert not np.allclose(sums, printed("random-layer", "z"), rtol=0, atol=0.5e-8)
    assert f"{sums[0, 0]:.8f}" == "-0.62942939"
    note = examples.load("random-layer").note or ""
    assert "-0.62942939" in note
    assert str(printed("random-layer", "z")[0][0]) in note


def test_the_answers() -> None:
    answers = {id: predictions(examples.load(id)) for id in examples.ids()}
    assert {id: answer for id, answer in answers.items() if answer != [None]} == {
        "binary-classifier": [0],
        "two-layer": [1],
        "batch": [None, None],
        "adjustable-neuron": [0],
        "random-layer": [None, None],
        "lesson-neuron": [1],
        "tiny-net": [1],
        "xor-step": [0, 1, 1, 0],
        "zero-knowledge-neuron": [1],
        "neuron-class": [1],
        "shared-weights": [1],
        "spam-or-ham": ["spam"],
        "three-classes": [1],
    }


def test_the_table_of_weights_and_biases() -> None:
    table = FIGURES["weight_bias_sweep"]
    outputs = weight_bias_sweep(
        table["inputs"], table["weights"], table["bias"], table["activation"]
    )
    agrees(outputs, table["printed_output_rows_per_weights"], 4)


def test_the_count_of_parameters() -> None:
    sizes = FIGURES["parameter_count"]["layer_sizes"]
    network = new_network(sizes, ["relu", "relu", "softmax"])
    assert network.n_parameters == FIGURES["parameter_count"]["parameters"] == 139


def test_the_shapes_of_a_batch() -> None:
    shapes = FIGURES["batch_shape"]
    network = examples.load("tiny-net").network
    trace = network.forward(np.ones(shapes["inputs_shape"]))
    assert list(trace.layers[0].activations.shape) == shapes["hidden_shape"]


def test_the_homework_on_a_batch() -> None:
    network = new_network((4, 5, 1), ["relu", "sigmoid"], seed=1)
    trace = network.forward(np.random.default_rng(2).normal(size=(6, 4)))
    assert trace.outputs.shape == (6, 1)
    assert (trace.layers[0].activations >= 0).all()
    assert ((trace.outputs > 0) & (trace.outputs < 1)).all()


def test_the_output_choices_are_those_of_the_examples() -> None:
    choices = FIGURES["output_choices"]
    for id, choice in (
        ("house-price", "regression"),
        ("binary-classifier", "binary classification"),
        ("three-classes", "multi-class"),
    ):
        assert examples.load(id).network.layers[-1].activation.name == choices[choice]


def test_the_preliminaries_of_the_notebook() -> None:
    figures = FIGURES["numpy_preliminaries"]
    product = figures["matrix_product"]
    layer = Layer(np.transpose(product["B"]), [0, 0, 0], "identity")
    assert Network([layer]).forward(product["A"]).outputs.tolist() == product["A@B"]
    elementwise = figures["elementwise"]
    neuron = Network([Layer([elementwise["u"]], [0], "identity")])
    assert neuron.forward(elementwise["v"]).outputs.tolist() == [[elementwise["u@v"]]]
