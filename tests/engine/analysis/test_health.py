"""Silent neurons: off, saturated, dead, constant, duplicate, and what is not finite."""

import numpy as np
import pytest
from hypothesis import given

from engine import Layer, Network, Session, SetBias, SetWeight, examples, health
from engine.analysis.health import Health, NeuronHealth
from tests.engine.strategies import sessions

SAMPLES = np.array([[-2.0], [-1.0], [1.0], [2.0]])


def of_one(
    activation: str, weight: float = 1, bias: float = 0, inputs: object = SAMPLES
) -> tuple[NeuronHealth, list[str]]:
    """The health of a single hidden neuron before an output that passes it on."""
    network = Network([Layer([[weight]], [bias], activation), Layer([[1]], [0], "identity")])
    found = health(Session(network, np.array(inputs)))
    return found.neurons[0][0], [words for words in found.sentences if "o1" not in words]


@pytest.mark.parametrize(
    ("activation", "weight", "bias", "off", "saturated", "sentences"),
    [
        ("relu", 1, 0, 0.5, 0, ["h1 is off on 2 of 4 samples"]),
        ("relu", 1, 3, 0, 0, []),
        (
            "relu",
            1,
            -3,
            1,
            0,
            ["h1 is dead: off on all 4 samples, so nothing it does reaches the outputs"],
        ),
        ("leaky_relu", 1, -3, 0, 0, []),
        ("leaky_relu(0.0001)", 1, 0, 0, 0.5, ["h1 is saturated on 2 of 4 samples"]),
        ("step", 1, 0, 0, 0, []),
        ("step", 1, 9, 0, 0, ["h1 is constant: it gives 1 on all 4 samples"]),
        ("sigmoid", 1, 0, 0, 0, []),
        ("sigmoid", 6, 0, 0, 0.5, ["h1 is saturated on 2 of 4 samples"]),
        ("sigmoid", 0, 0, 0, 0, ["h1 is constant: it gives 0.5 on all 4 samples"]),
        ("tanh", 10, 0, 0, 1, ["h1 is saturated on all 4 samples"]),
        (
            "relu6",
            1,
            9,
            1,
            0,
            ["h1 is dead: flat on all 4 samples, it gives 6 whatever its inputs are"],
        ),
        # Flat everywhere, but it distinguishes the samples: not dead.
        ("relu6", 9, 0, 1, 0, ["h1 is flat on all 4 samples"]),
        ("softmax", 1, 0, 0, 0, ["h1 is constant: it gives 1 on all 4 samples"]),
        ("identity", 1, 0, 0, 0, []),
        ("identity", 0, 2.5, 0, 0, ["h1 is constant: it gives 2.5 on all 4 samples"]),
    ],
)
def test_a_neuron_over_four_samples(
    activation: str, weight: float, bias: float, off: float, saturated: float, sentences: list[str]
) -> None:
    neuron, words = of_one(activation, weight, bias)
    assert (neuron.off_share, neuron.saturated_share) == (off, saturated)
    assert words == sentences
    assert neuron.is_dead == any("dead" in sentence for sentence in sentences)
    assert neuron.is_constant == any("constant" in sentence for sentence in sentences)


def test_of_one_sample_nobody_can_tell_dead_or_constant() -> None:
    neuron, words = of_one("relu", 1, -3, [[1]])
    assert (neuron.is_dead, neuron.is_constant, neuron.off_share) == (False, False, 1)
    assert words == ["h1 is off"]
    assert of_one("identity", 0, 1, [[1]])[1] == []
    assert of_one("sigmoid", 0, 20, [[1]])[1] == ["h1 is saturated"]


def test_two_samples_are_enough() -> None:
    neuron, words = of_one("relu", 1, -3, [[1], [2]])
    assert neuron.is_dead
    assert words == ["h1 is dead: off on both samples, so nothing it does reaches the outputs"]


def test_a_dead_output_still_gives_something() -> None:
    session = Session(Network([Layer([[1]], [-9], "relu")]), SAMPLES)
    assert health(session).sentences == [
        "o1 is dead: off on all 4 samples, it gives 0 whatever its inputs are"
    ]
    hidden = Session(Network([Layer([[1]], [-9], "relu", "hidden")]), SAMPLES)
    assert health(hidden).sentences == [
        "h1 is dead: off on all 4 samples, so nothing it does reaches the outputs"
    ]


def test_an_out_near_its_limit_is_not_given_as_the_limit() -> None:
    assert "h1 is constant: it gives <1 on all 4 samples" in of_one("sigmoid", 0, 20)[1]


def test_doubles_have_the_same_weights_and_bias() -> None:
    rows = np.array([[1, 2], [0.0, 1], [1, 2], [1, 2], [-0.0, 1], [1, 2]])
    first = Layer(rows, [0, 0, 0, 1, 0, 0], "tanh")
    session = Session(Network([first, Layer(np.ones((2, 6)), [0, 1], "tanh")]), np.ones((1, 2)))
    found = health(session)
    assert [neuron.duplicate_of for neuron in found.neurons[0]] == [None, None, 0, None, 1, 0]
    assert [neuron.duplicate_of for neuron in found.neurons[1]] == [None, None]
    assert [words for words in found.sentences if "duplicate" in words] == [
        "h3 is a duplicate of h1",
        "h5 is a duplicate of h2",
        "h6 is a duplicate of h1",
    ]


def test_the_gravest_comes_first() -> None:
    first = Layer([[1], [1], [1], [1], [0]], [0, -9, 2.5, 2.5, 7], "relu")
    second = Layer(np.full((1, 5), 1e308), [0], "identity")
    session = Session(Network([first, second]), SAMPLES)
    assert health(session).sentences == [
        "layer 2, o1, sum z of sample 1 is inf",
        "h2 is dead: off on all 4 samples, so nothing it does reaches the outputs",
        "h5 is constant: it gives 7 on all 4 samples",
        "o1 is constant: it gives inf on all 4 samples",
        "h4 is a duplicate of h3",
        "h1 is off on 2 of 4 samples",
    ]


def test_the_first_place_that_is_not_finite() -> None:
    layers = [
        Layer([[1e200], [1.0]], [0, 0], "identity"),
        Layer([[1.0, 1.0], [1e200, 1.0], [1.0, -1.0]], [0, 0, 0], "identity"),
        Layer([[1, 1, 1]], [0], "identity"),
    ]
    inputs = np.array([[0.0], [1.0], [-1.0]])
    found = health(Session(Network(layers), inputs))
    assert found.first_not_finite == "layer 2, h2.2, sum z of sample 2 is inf"
    assert found.sentences[0] == found.first_not_finite
    minus = health(Session(Network(layers), inputs[[0, 2]]))
    assert minus.first_not_finite == "layer 2, h2.2, sum z of sample 2 is -inf"
    assert health(Session(Network(layers), inputs[:1])).first_not_finite is None


def test_an_out_that_is_not_finite_of_a_finite_sum() -> None:
    network = Network([Layer([[1]], [0], "leaky_relu(1e300)")])
    found = health(Session(network, np.array([[1.0], [-1e300]])))
    assert found.first_not_finite == "layer 1, o1, out a of sample 2 is -inf"


def test_no_number_is_neither_off_nor_constant() -> None:
    layers = [
        Layer([[1e200]], [0], "identity"),
        Layer([[1e200], [-1e200]], [0, 0], "identity"),
        Layer([[1, 1]], [0], "relu"),
    ]
    session = Session(Network(layers), np.array([[1.0], [1.0]]))
    assert np.isnan(session.trace.outputs).all()
    found = health(session)
    neuron = found.neurons[2][0]
    assert (neuron.n_off, neuron.n_saturated, neuron.is_constant) == (0, 0, False)
    assert found.first_not_finite == "layer 2, h2.1, sum z of sample 1 is inf"


def test_the_examples_as_the_screen_says_them() -> None:
    assert health(examples.load("xor-step")).sentences == []
    classifier = examples.load("binary-classifier")
    assert health(classifier).sentences == ["h3 is off"]
    # Off for its one sample only as long as its sum is below 0.
    assert health(SetBias(0, 2, 9.0).apply(classifier)).sentences == []
    same = SetWeight(1, 0, 0, 20.0).apply(classifier)
    assert health(same).sentences == ["h3 is off", "o1 is saturated"]


def count_by_hand(found: Health, session: Session) -> None:
    """Apply the definitions to samples and neurons one by one."""
    for layer_index, layer in enumerate(session.network.layers):
        z, a = session.trace.layers[layer_index]
        for neuron in range(layer.n_neurons):
            neuron_health = found.neurons[layer_index][neuron]
            derivatives = []
            if layer.activation.name != "step" and not layer.activation.row_wise:
                with np.errstate(all="ignore"):
                    derivatives = [
                        float(layer.activation.derivative(z[sample : sample + 1])[0, neuron])
                        for sample in range(session.n_samples)
                    ]
            assert neuron_health.off_share * session.n_samples == pytest.approx(
                derivatives.count(0)
            )
            n_saturated = sum(0 < abs(derivative) < 1e-3 for derivative in derivatives)
            assert neuron_health.saturated_share * session.n_samples == pytest.approx(n_saturated)
            several = session.n_samples >= 2
            same_out = several and len(set(a[:, neuron].tolist())) == 1
            flat = len(derivatives) == derivatives.count(0) > 0
            assert neuron_health.is_dead == (same_out and flat)
            assert neuron_health.is_constant == (same_out and not flat)
            rows = [
                (*layer.weights[other].tolist(), float(layer.bias[other]))
                for other in range(neuron + 1)
            ]
            first = rows.index(rows[neuron])
            assert neuron_health.duplicate_of == (None if first == neuron else first)


@given(sessions())
def test_every_neuron_as_counted_by_hand(session: Session) -> None:
    found = health(session)
    count_by_hand(found, session)
    assert [len(layer) for layer in found.neurons] == list(session.network.sizes[1:])
    assert found.first_not_finite is None
