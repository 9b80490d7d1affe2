"""A network as scikit-learn code, if scikit-learn has such networks."""

from __future__ import annotations

from engine.export.python import (
    check_size,
    input_lines,
    joined,
    parameter_lines,
    print_lines,
    quoted,
    title_lines,
    tuple_literal,
)
from engine.nn.activation_table import ACTIVATIONS
from engine.session.session import Session

HIDDEN = {n: row.scikit_learn_hidden for n, row in ACTIVATIONS.items() if row.scikit_learn_hidden}
"""The activations that hidden layers may have, and their names in scikit-learn."""

OUTPUT = {n: row.scikit_learn_output for n, row in ACTIVATIONS.items() if row.scikit_learn_output}
"""The same for the last layer; it follows from the class of the model."""


def scikit_learn_code(session: Session) -> str:
    """Return a script that fills an MLPRegressor or MLPClassifier and prints its outputs.

    A last layer of identity makes it a regressor, sigmoid and softmax a classifier. Raises
    ValueError, naming the layer, for a network that is neither, and when there are too many
    numbers.

    Parameters
    ----------
    session
        The network with its samples and names.

    Returns
    -------
    str
    """
    check_size(session)
    layers = session.network.layers
    hidden = _hidden_activation(session)
    output = _output_activation(session)
    kind = "MLPRegressor" if output == "identity" else "MLPClassifier"
    numbers = range(1, len(layers) + 1)
    sizes = tuple_literal([layer.n_neurons for layer in layers[:-1]]) if layers[1:] else "()"
    classifier = _classifier_lines(session, output) if kind == "MLPClassifier" else []
    imports = ["from sklearn.preprocessing import LabelBinarizer"] if classifier else []
    return joined(
        [
            '"""A small neural network in scikit-learn, with its numbers."""',
            "",
            "import numpy as np",
            f"from sklearn.neural_network import {kind}",
            *imports,
            "",
            *title_lines(session),
            *input_lines(session),
            *parameter_lines(session),
            "# What fit would set is set by hand; scikit-learn stores one column per neuron.",
            f"model = {kind}(hidden_layer_sizes={sizes}, activation={quoted(hidden)})",
            f"model.coefs_ = [{', '.join(f'weights{number}.T' for number in numbers)}]",
            f"model.intercepts_ = [{', '.join(f'bias{number}' for number in numbers)}]",
            f"model.n_layers_ = {len(layers) + 1}",
            f"model.n_features_in_ = {session.network.n_features}",
            f"model.n_outputs_ = {session.network.n_outputs}",
            f"model.out_activation_ = {quoted(output)}",
            *classifier,
            "",
            f"outputs = {_outputs(session, output)}",
            "",
            *print_lines(session, "outputs"),
        ]
    )


def _hidden_activation(session: Session) -> str:
    """The activation of the hidden layers in scikit-learn, "relu" if there are none."""
    found = "relu"
    for number, layer in enumerate(session.network.layers[:-1], start=1):
        name = layer.activation.name
        if name not in HIDDEN:
            raise ValueError(
                f"layer {number} is {layer.activation.text}; hidden layers of scikit-learn are "
                f"{', '.join(HIDDEN)} only"
            )
        if number > 1 and HIDDEN[name] != found:
            raise ValueError(
                f"layer {number} is {name}, the layer before it is not; scikit-learn has one "
                f"activation for all hidden layers"
            )
        found = HIDDEN[name]
    return found


def _output_activation(session: Session) -> str:
    last = session.network.layers[-1].activation
    if last.name not in OUTPUT:
        raise ValueError(
            f"the last layer is {last.text}; in scikit-learn it is one of {', '.join(OUTPUT)}"
        )
    if last.name == "softmax" and session.network.n_outputs == 1:
        raise ValueError("the last layer is a softmax of one neuron; scikit-learn needs two")
    return OUTPUT[last.name]


def _classifier_lines(session: Session, output: str) -> list[str]:
    """The lines that give a classifier its classes, so that predict works too."""
    n_outputs = session.network.n_outputs
    if output == "logistic" and n_outputs > 1:
        return [
            f"model.classes_ = np.arange({n_outputs})",
            "model._label_binarizer = LabelBinarizer().fit("
            f"np.array([{[0] * n_outputs}, {[1] * n_outputs}]))",
        ]
    n_classes = session.n_classes
    classes = f"np.arange({n_classes})"
    names = session.classes
    if names is not None and len(names) == n_classes:
        classes = f"np.array([{', '.join(map(quoted, names))}])"
    return [
        f"model.classes_ = {classes}",
        f"model._label_binarizer = LabelBinarizer().fit(np.arange({n_classes}))",
        "model._label_binarizer.classes_ = model.classes_",
    ]


def _outputs(session: Session, output: str) -> str:
    """The expression for the outputs as a matrix, one row per sample."""
    if output == "identity":
        return f"model.predict(inputs).reshape(-1, {session.network.n_outputs})"
    if session.network.n_outputs == 1:
        return "model.predict_proba(inputs)[:, 1:]"
    return "model.predict_proba(inputs)"
