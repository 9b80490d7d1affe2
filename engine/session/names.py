"""Names of the numbers in a session, and a summary of a network."""

from __future__ import annotations

from engine.nn.network import Network
from engine.nn.parameters import Axis, Bias, Input, Parameter, Weight, WeightRow, neuron_name
from engine.session.session import Session


def feature_name(session: Session, feature: int) -> str:
    """Return the feature's own name, or x1, x2 …

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    feature
        The index of the input, from 0.

    Returns
    -------
    str
    """
    return session.features[feature] if session.features else f"x{feature + 1}"


def input_names(session: Session, layer_index: int) -> list[str]:
    """Return the names of what a layer reads: the features, or the neurons before it.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.

    Returns
    -------
    list[str]
    """
    if layer_index == 0:
        return [feature_name(session, feature) for feature in range(session.network.n_features)]
    before = session.network.layers[layer_index - 1]
    return [
        neuron_name(session.network, layer_index - 1, neuron) for neuron in range(before.n_neurons)
    ]


def input_name(session: Session, layer_index: int, input: int) -> str:
    """Return the name of one input of the layer, see `input_names`.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    layer_index
        The index of the layer, from 0.
    input
        The index of the input, from 0.

    Returns
    -------
    str
    """
    if layer_index == 0:
        return feature_name(session, input)
    return neuron_name(session.network, layer_index - 1, input)


def output_name(session: Session, output: int) -> str:
    """Return the class an output stands for, or o1, o2 … (h1 … without an output layer).

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    output
        The index of the output, from 0.

    Returns
    -------
    str
    """
    if session.classes and len(session.classes) == session.network.n_outputs:
        return session.classes[output]
    return neuron_name(session.network, len(session.network.layers) - 1, output)


def output_label(session: Session, output: int) -> str:
    """Return a name that is clear next to numbers: for a class called "6" it is "o7 (6)".

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    output
        The index of the output, from 0.

    Returns
    -------
    str
    """
    name = output_name(session, output)
    return both_names(session, output) if name[:1].isdecimal() or name[:1] in "+-." else name


def both_names(session: Session, output: int) -> str:
    """Return the name of the output neuron and of its class: "o1 (ham)", or o1 without classes.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    output
        The index of the output, from 0.

    Returns
    -------
    str
    """
    name = output_name(session, output)
    own = neuron_name(session.network, len(session.network.layers) - 1, output)
    return own if name == own else f"{own} ({name})"


def parameter_name(session: Session, parameter: Axis) -> str:
    """Return the name to read: "weight x2→h1", "bias of h1", "input x3", "weights of h1".

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    parameter
        A weight, a bias or an input of its network.

    Returns
    -------
    str
    """
    match parameter:
        case Weight(layer_index, neuron, input):
            source = input_name(session, layer_index, input)
            return f"weight {source}→{neuron_name(session.network, layer_index, neuron)}"
        case Bias(layer_index, neuron):
            return f"bias of {neuron_name(session.network, layer_index, neuron)}"
        case WeightRow(layer_index, neuron):
            return f"weights of {neuron_name(session.network, layer_index, neuron)}"
        case Input(feature):
            return f"input {feature_name(session, feature)}"


def parameter_value(session: Session, parameter: Parameter, sample: int = 0) -> float:
    """Return the value of a parameter; an input is that of `sample`, from 0.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    parameter
        A weight, a bias or an input of its network.
    sample
        The index of the sample, from 0.

    Returns
    -------
    float
    """
    match parameter:
        case Weight(layer_index, neuron, input):
            return float(session.network.layers[layer_index].weights[neuron, input])
        case Bias(layer_index, neuron):
            return float(session.network.layers[layer_index].bias[neuron])
        case Input(feature):
            return float(session.inputs[sample, feature])


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return "1 weight" or "12 weights".

    Parameters
    ----------
    number
        How many.
    singular
        The word for one.
    plural
        The word for several; None for the singular with an s.

    Returns
    -------
    str
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def sizes_text(network: Network) -> str:
    """Return the sizes as "3→3→1".

    Parameters
    ----------
    network
        Whose sizes they are.

    Returns
    -------
    str
    """
    return "→".join(map(str, network.sizes))


def size_of(network: Network) -> str:
    """Return "3→3→1 · 16 parameters".

    Parameters
    ----------
    network
        The network.

    Returns
    -------
    str
    """
    return f"{sizes_text(network)} · {counted(network.n_parameters, 'parameter')}"


def summary(network: Network) -> str:
    """Return "3→3→1 · 16 parameters: 12 weights + 4 biases".

    Parameters
    ----------
    network
        Whose sizes and parameters they are.

    Returns
    -------
    str
    """
    weights = counted(network.n_weights, "weight")
    return f"{size_of(network)}: {weights} + {counted(network.n_biases, 'bias', 'biases')}"
