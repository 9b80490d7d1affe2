"""Names in the spellings of other libraries mean exactly what they mean there, or nothing."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.edits.initialisation import RandomStart
from engine.formats.toml import read_toml, write_toml
from engine.nn.activation_table import ACTIVATION_SPELLINGS, ACTIVATIONS
from engine.nn.activations import activation
from engine.nn.initialisation import (
    INITIALISATION_SPELLINGS,
    INITIALISATIONS,
    draw_layer,
    initialisation_named,
)
from engine.nn.losses import LOSS_SPELLINGS, LOSSES, loss
from engine.nn.spelling import Spellings
from engine.training.settings import OPTIMIZER_NAMES, OPTIMIZER_SPELLINGS, TrainingSettings

LAYER = '[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'

TABLES: dict[str, tuple[Spellings, list[str]]] = {
    "activation": (ACTIVATION_SPELLINGS, list(ACTIVATIONS)),
    "loss": (LOSS_SPELLINGS, list(LOSSES)),
    "optimizer": (OPTIMIZER_SPELLINGS, list(OPTIMIZER_NAMES)),
    "random start": (INITIALISATION_SPELLINGS, list(INITIALISATIONS)),
}


@pytest.mark.parametrize(
    ("what", "ours", "theirs"),
    [
        ("activation", "identity", "identity Identity linear None none purelin nn.Identity"),
        ("activation", "sigmoid", "Sigmoid SIGMOID logistic logsig torch.nn.Sigmoid F.sigmoid"),
        ("activation", "tanh", "Tanh tansig nn.Tanh"),
        ("activation", "relu", "ReLU Relu RELU poslin F.relu torch.relu nn.functional.relu"),
        ("activation", "leaky_relu", "LeakyReLU leaky-relu leakyrelu"),
        ("activation", "log_softmax", "LogSoftmax logsoftmax"),
        ("activation", "log_sigmoid", "LogSigmoid"),
        ("activation", "hard_swish", "Hardswish hard_silu"),
        ("activation", "softsign", "elliotsig Softsign"),
        ("activation", "silu", "swish SiLU Swish"),
        ("activation", "step", "Step"),
        ("activation", "hardtanh", "Hardtanh hard_tanh satlins nn.Hardtanh F.hardtanh"),
        ("activation", "sin", "Sin torch.sin"),
        ("activation", "gaussian", "radbas Gaussian"),
        ("loss", "mse", "MSE mean_squared_error MeanSquaredError MSELoss mse_loss nn.MSELoss"),
        ("loss", "bce", "BCE binary_crossentropy BinaryCrossentropy binary_cross_entropy BCELoss"),
        ("loss", "cross_entropy", "categorical_crossentropy CrossEntropyLoss crossentropy"),
        ("loss", "squared_error", "SquaredError"),
        ("optimizer", "sgd", "SGD torch.optim.SGD"),
        ("optimizer", "adam", "Adam ADAM optim.Adam"),
        ("optimizer", "rmsprop", "RMSprop RMSProp"),
        ("loss", "mae", "mean_absolute_error MeanAbsoluteError L1Loss nn.L1Loss MAE"),
        ("loss", "huber", "Huber HuberLoss huber(1) huber(delta=1) SmoothL1Loss smooth_l1_loss"),
        ("optimizer", "momentum", "SGDM Momentum"),
        ("random start", "he", "he_normal HeNormal kaiming_normal kaiming_normal_ He"),
        ("random start", "xavier", "glorot_uniform GlorotUniform xavier_uniform_ glorot Xavier"),
        ("random start", "zeros", "Zeros zeros_"),
    ],
)
def test_foreign_spellings(what: str, ours: str, theirs: str) -> None:
    spellings = TABLES[what][0]
    assert {word: spellings.named(word) for word in theirs.split()} == dict.fromkeys(
        theirs.split(), ours
    )


@pytest.mark.parametrize(
    ("what", "others"),
    [
        ("activation", "hardlim softmin prelu PReLU sign softshrink compet tribas tanhshrink"),
        ("activation", "exponential squareplus sparsemax quick_gelu GLU threshold nn.Foo"),
        ("loss", "msle hinge log_loss NLLLoss rmse"),
        ("loss", "mean_squared_logarithmic_error kl_divergence squared_hinge cosine_similarity"),
        ("optimizer", "AdamW nadam adamax adagrad lbfgs rprop nesterov"),
        ("random start", "he_uniform glorot_normal kaiming_uniform_ random_normal lecun_normal"),
        ("random start", "random_uniform truncated_normal TruncatedNormal orthogonal ones"),
    ],
)
def test_names_of_another_meaning_are_refused_and_no_other_is_suggested(
    what: str, others: str
) -> None:
    for word in others.split():
        with pytest.raises(ValueError, match=f"^{what} {re.escape(repr(word))} is unknown; ") as no:
            TABLES[what][0].named(word)
        assert "did you mean" not in str(no.value)


@pytest.mark.parametrize("what", TABLES)
def test_ours_are_all_known_and_meant_by_themselves(what: str) -> None:
    spellings, ours = TABLES[what]
    assert [spellings.named(name) for name in ours] == ours
    assert [spellings.named(name.upper()) for name in ours] == ours
    for word in ("", " ", "_", "zzz", "x" * 5_000_000, "\x1b[31m", "nn."):
        assert spellings.find(word) is None
        with pytest.raises(ValueError, match=r"^[ -~…]+$") as refusal:
            spellings.named(word)
        assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    ("specification", "text"),
    [
        ("LeakyReLU(0.2)", "leaky_relu(0.2)"),
        ("leaky_relu(negative_slope=0.2)", "leaky_relu(0.2)"),
        ("LeakyReLU( alpha = 0.2 )", "leaky_relu(0.2)"),
        ("ELU(alpha=2.0)", "elu(2)"),
        ("ThresholdedReLU(theta=0.5)", "thresholded_relu(0.5)"),
        ("hard_sigmoid(0.2, beta=0.4)", "hard_sigmoid(0.2,0.4)"),
        ("hard_sigmoid(beta=0.4)", "hard_sigmoid(0.16666666666666666,0.4)"),
        ("satlin", "hard_sigmoid(1,0)"),
        ("nn.Hardtanh(min_val=-2.0, max_val=3.0)", "hardtanh(-2,3)"),
        ("Hardtanh(max=0.5)", "hardtanh(-1,0.5)"),
        ({"name": "hardtanh", "min": 0, "max": 6}, "hardtanh(0,6)"),
        ({"name": "LeakyReLU", "negative_slope": 0.2}, "leaky_relu(0.2)"),
    ],
)
def test_parameters_may_be_named(specification: str, text: str) -> None:
    assert activation(specification).text == text


@pytest.mark.parametrize(
    ("specification", "words"),
    [
        ("elu(negative_slope=1)", "elu: parameter 'negative_slope' is unknown; expected one of"),
        ("relu(inplace=1)", "relu has no parameter 'inplace'"),
        ("elu(alpha=)", "elu: parameter '' is not a number"),
        ("satlin(2)", "hard_sigmoid: got 3 parameters"),
    ],
)
def test_wrong_parameters(specification: str, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        activation(specification)


def test_satlin_cuts_to_0_and_1() -> None:
    z = np.array([-0.5, 0.0, 0.25, 1.0, 3.0])
    np.testing.assert_array_equal(activation("satlin").forward(z), np.clip(z, 0, 1))


def test_training_settings_hold_our_names() -> None:
    settings = TrainingSettings(optimizer="Adam", loss="MSELoss")
    assert settings == TrainingSettings(optimizer="adam", loss="mse")


def test_a_loss_is_measured_by_any_of_its_names() -> None:
    z = np.array([[0.3, -1.0]])
    y = np.array([[1.0, 0.0]])
    a = activation("softmax").forward(z)
    named = [loss(name, z, a, y, activation("softmax")) for name in LOSSES]
    assert named == [loss(name.title(), z, a, y, activation("softmax")) for name in LOSSES]


def test_a_random_start_is_described_by_our_name() -> None:
    ours = draw_layer(np.random.default_rng(3), 4, 2, "he(0.5)")
    theirs = draw_layer(np.random.default_rng(3), 4, 2, " kaiming_normal_( 0.5 ) ")
    np.testing.assert_array_equal(ours[0], theirs[0])
    assert initialisation_named(" he_normal (0.5)") == "he(0.5)"
    session = read_toml(LAYER.encode())
    assert RandomStart("glorot_uniform", 7).describe(session) == "random start: xavier, seed 7"


def test_our_own_file_understands_them_and_is_written_in_ours() -> None:
    text = LAYER.replace('"relu"', '"ReLU"') + '[training]\noptimizer = "RMSprop"\nloss = "MSE"\n'
    session = read_toml(text.encode())
    written = write_toml(session)
    assert session.network.layers[0].activation.text == "relu"
    assert 'activation = "relu"' in written
    assert 'optimizer = "rmsprop"' in written
    assert 'loss = "mse"' in written
