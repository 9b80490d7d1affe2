"""Which tensors are weights, which bias belongs to them, and the order of the layers."""

from __future__ import annotations

import itertools

import pytest

from engine.formats.reading import NetworkUnknownError, OrientationUnknownError
from engine.formats.tensors.layers import Path, path_of

Shapes = dict[str, tuple[int, ...]]


def names(path: Path) -> list[tuple[str, str | None]]:
    return [(pair.weights, pair.bias) for pair in path.pairs]


@pytest.mark.parametrize(
    ("weights", "bias"),
    [
        (["0.weight", "2.weight", "10.weight"], ["0.bias", "2.bias", "10.bias"]),
        (["fc1.weight", "fc2.weight", "fc10.weight"], ["fc1.bias", "fc2.bias", "fc10.bias"]),
        (
            [f"model.layers.{k}.linear.weight" for k in range(3)],
            [f"model.layers.{k}.linear.bias" for k in range(3)],
        ),
        (["W1", "W2", "W3"], ["b1", "b2", "b3"]),
        (["w_1", "w_2", "w_3"], ["b_1", "b_2", "b_3"]),
        (["coefs_0", "coefs_1", "coefs_2"], ["intercepts_0", "intercepts_1", "intercepts_2"]),
        (["weights1", "weights2", "weights3"], ["biases1", "biases2", "biases3"]),
        (["fc1.weight", "fc2.weight", "out.weight"], ["fc1.bias", "fc2.bias", "out.bias"]),
        (["input.weight", "hidden.weight", "head.weight"], ["input.bias", None, "head.bias"]),
        (["W0", "W1", "W2"], [None, None, None]),
        (["Win", "Wmid", "Wout"], ["bin", "bmid", "bout"]),
    ],
)
def test_names_say_which_is_which(weights: list[str], bias: list[str | None]) -> None:
    sizes = (4, 5, 6, 3)
    shapes: Shapes = {}
    for k, (n_inputs, n_neurons) in enumerate(itertools.pairwise(sizes)):
        shapes[weights[k]] = (n_neurons, n_inputs)
        name = bias[k]
        if name is not None:
            shapes[name] = (n_neurons,)
    expected = list(zip(weights, bias, strict=True))
    for order in (sorted(shapes), sorted(shapes, reverse=True)):
        assert names(path_of({name: shapes[name] for name in order}, False)) == expected
    turned = {name: shape[::-1] for name, shape in shapes.items()}
    assert path_of(turned, None).transposed
    assert names(path_of(turned, None)) == expected


def test_numbers_and_first_and_last_settle_what_shapes_leave_open() -> None:
    square = (3, 3)
    for order in (
        ["fc1.weight", "fc2.weight", "fc10.weight"],
        ["fc1.weight", "fc2.weight", "out.weight"],
        ["input_layer.weight", "layers.0.weight", "layers.1.weight", "output_layer.weight"],
    ):
        path = path_of(dict.fromkeys(sorted(order), square), False)
        assert [pair.weights for pair in path.pairs] == order


def test_an_order_found_by_shapes_is_told() -> None:
    path = path_of({"a.weight": (3, 5), "b.weight": (5, 2)}, False)
    assert [pair.weights for pair in path.pairs] == ["b.weight", "a.weight"]
    assert path.notes == (
        "layers in the order in which names and shapes fit: 'b.weight', 'a.weight'",
    )


def test_an_order_left_open_is_refused() -> None:
    shapes: Shapes = {"red.weight": (3, 3), "green.weight": (3, 3)}
    with pytest.raises(ValueError, match="leave the order of layers open: give --layers green,red"):
        path_of(shapes, False)
    path = path_of(shapes, False, in_file_order=True)
    assert [pair.weights for pair in path.pairs] == ["red.weight", "green.weight"]


def test_the_user_may_give_the_order() -> None:
    shapes: Shapes = {"red.weight": (3, 3), "green.weight": (3, 3)}
    path = path_of(shapes, False, layers=["red", "green"])
    assert [pair.weights for pair in path.pairs] == ["red.weight", "green.weight"]
    for layers, reason in (
        (["red", "blue"], "there is no layer 'blue'; there are 'green', 'red'"),
        (["red"], "expected each of the 2 layers once"),
        (["red", "red"], "expected each of the 2 layers once"),
        (["red"] * 101, "101 names; at most 100 are taken"),
    ):
        with pytest.raises(ValueError, match=reason):
            path_of(shapes, False, layers=layers)


def test_networks_beside_each_other_are_not_chained_where_their_shapes_would_allow_it() -> None:
    shapes: Shapes = {"actor.0.weight": (2, 4), "actor.2.weight": (4, 2)}
    shapes |= {"critic.0.weight": (2, 4), "critic.2.weight": (1, 2)}
    with pytest.raises(NetworkUnknownError) as raised:
        path_of(shapes, False)
    assert raised.value.modules == ("actor", "critic")
    path = path_of(shapes, False, layers=["actor"])
    assert [pair.weights for pair in path.pairs] == ["actor.0.weight", "actor.2.weight"]


def test_a_network_of_one_role_is_a_path() -> None:
    for first, last in (
        ("policy.0", "policy.2"),
        ("policy_fc1", "policy_fc2"),
        ("pi.in", "pi.out"),
    ):
        shapes: Shapes = {f"{last}.weight": (2, 3), f"{first}.weight": (3, 3)}
        assert [pair.weights for pair in path_of(shapes, False).pairs] == [
            f"{first}.weight",
            f"{last}.weight",
        ]


def test_numbered_layers_are_not_put_in_another_order() -> None:
    shapes: Shapes = {"fc1.weight": (3, 5), "fc2.weight": (5, 2)}
    with pytest.raises(ValueError, match=r"do not form one path of layers: 'fc1\.weight' 3 × 5"):
        path_of(shapes, False)


def test_very_many_ways_are_not_all_tried() -> None:
    words = ["".join(letters) for letters in itertools.product("abcd", repeat=3)]
    shapes: Shapes = {f"{word}.weight": (2, 2) for word in words}
    shapes["z.weight"] = (7, 3)
    with pytest.raises(ValueError, match=r"^the names of the layers do not show their order$"):
        path_of(shapes, False)


def test_both_ways_fitting_is_an_error_of_its_own() -> None:
    with pytest.raises(OrientationUnknownError, match=r"^'W1': its shape does not show"):
        path_of({"W1": (2, 3)}, None)
    assert not path_of({"W1": (2, 3), "b1": (2,)}, None).transposed
    assert path_of({"W1": (2, 3), "b1": (3,)}, None).transposed


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ({"conv.weight": (8, 3, 3, 3)}, "'conv.weight' has 4 dimensions"),
        ({"bn.running_mean": (8,)}, "'bn.running_mean' is of a normalisation"),
        ({"0.weight": (3, 3), "1.weight": (3,)}, "'1.weight' has the shape 3, which are not"),
        ({"0.bias": (3, 3), "0.weight": (3, 3)}, "'0.bias' has the shape 3 × 3, which are not a"),
        ({"rnn.weight_ih_l0": (3, 3), "rnn.weight_hh_l0": (3, 3)}, "is of a recurrent layer"),
        ({"embedding.weight": (3, 3)}, "is of an embedding"),
        ({"left.0.weight": (3, 2), "right.0.weight": (1, 2)}, "do not form one path"),
        ({"actor.0.weight": (3, 2), "critic.0.weight": (1, 2)}, "holds 2 networks; give one of"),
        (
            {"body.weight": (4, 2), "policy.weight": (4, 4), "value.weight": (1, 4)},
            "do not form one path: 'policy', 'value' lie beside each other; --layers",
        ),
        ({"1." * 500 + "weight": (1, 1)}, "a tensor's name has 1,006 characters; at most 1,000"),
        ({f"{k}.weight": (1, 1) for k in range(2001)}, "holds 2,001 tensors; at most 2,000"),
    ],
)
def test_what_is_no_dense_path_is_refused(shapes: Shapes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace(".", r"\.")):
        path_of(shapes, False)
