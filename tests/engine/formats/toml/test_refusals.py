"""Files that are wrong by mistake: one line that names the place, counted from 1."""

from __future__ import annotations

import pytest

from engine.formats.toml import read_toml

LAYER = '[[layers]]\nactivation = "relu"\nweights = [[1, 2]]\nbias = [0]\n'
TWO = LAYER + LAYER.replace("[[1, 2]]", "[[0.5]]")


def refusal(text: str) -> str:
    """The reason why the file is refused: one line that a terminal can show."""
    with pytest.raises(ValueError, match=r"\S") as raised:
        read_toml(text.encode())
    reason = str(raised.value)
    assert reason.isprintable()
    assert len(reason) < 400
    return reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "layers: missing; a network has at least one [[layers]] table"),
        ("layers = []", "layers: expected 1 to 1,000, got 0"),
        ("layers = 3", "layers: expected tables, each under a line [[layers]]"),
        ("layers = [{}, 1]", "layers: expected tables, each under a line [[layers]]"),
        ("[layers]", "layers: expected tables, each under a line [[layers]]"),
        ("[[layers]]\n" * 1001, "layers: expected 1 to 1,000, got 1,001"),
        ("[[layers]]", "layers[1]: key 'activation' is missing"),
        (LAYER + '[[layers]]\nactivation = "relu"', "layers[2]: key 'weights' is missing"),
        (LAYER.replace("bias = [0]\n", ""), "layers[1]: key 'bias' is missing"),
    ],
)
def test_layers_that_are_not_there(text: str, reason: str) -> None:
    assert refusal(text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("titel = 1\n" + LAYER, "unknown key 'titel'; did you mean 'title'?"),
        ("[layer]\n" + LAYER, "unknown key 'layer'; did you mean 'layers'?"),
        (TWO + "weigths = 1", "layers[2]: unknown key 'weigths'; did you mean 'weights'?"),
        (
            LAYER + "zzz = 1",
            "layers[1]: unknown key 'zzz'; expected one of name, activation, weights, bias",
        ),
        ('"\\u001b[2J" = 1', "unknown key '[2J'; expected one of format, title, note, task, "),
        ("[x.y]\n" + LAYER, "unknown key 'x'; expected one of format, title, note, task, "),
    ],
)
def test_unknown_keys(text: str, reason: str) -> None:
    assert refusal(text).startswith(reason)


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ('[["-"], ["–"]]', "targets[2][1]: expected a number, got a text"),
        ('[[], [""]]', "targets[2][1]: expected a number, got a text"),
        ('[[], ["nan"]]', "targets[2][1]: expected a number, got a text"),
        ("[[], [nan]]", "targets[2][1]: expected a finite number that a float64 can hold"),
        ("[[], [inf]]", "targets[2][1]: expected a finite number that a float64 can hold"),
        ("[[], [true]]", "targets[2][1]: expected a number, got a boolean"),
        ('[[], "-"]', "targets[2]: expected a row of numbers such as [1.0, 2.0], got a text"),
        ('[["-"], ["-", 1]]', "targets[2]: 2 numbers, expected 1 as in the row before"),
        (
            "[[], [1, 2]]",
            "targets: 2 rows of 2 numbers, expected 2 rows (one for each sample) of 1",
        ),
        ("[[]]", "targets: 1 rows of 1 numbers, expected 2 rows (one for each sample) of 1"),
        ("[]", "targets: expected at least one row of numbers"),
    ],
)
def test_only_a_dash_or_an_empty_row_is_a_target_that_is_not_set(targets: str, reason: str) -> None:
    assert refusal(f"targets = {targets}\ninputs = [[1, 2], [3, 4]]\n{LAYER}").startswith(reason)


@pytest.mark.parametrize("key", ["inputs", "layers[1].weights"])
def test_other_numbers_are_always_set(key: str) -> None:
    for value, reason in (
        ("[[]]", "[1]: expected at least one number"),
        ('[[1, "-"]]', "[1][2]: expected a number, got a text"),
    ):
        text = f"inputs = {value}\n{LAYER}" if key == "inputs" else LAYER.replace("[[1, 2]]", value)
        assert refusal(text) == f"{key}{reason}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3", "format: made by a newer nn-play; this one reads up to 2"),
        ("9" * 400, "format: made by a newer nn-play; this one reads up to 2"),
        ("0", "format: expected 1 or 2"),
        ("-1", "format: expected 1 or 2"),
        ("true", "format: expected 1 or 2"),
        ("1.0", "format: expected 1 or 2"),
        ('"1"', "format: expected 1 or 2"),
    ],
)
def test_the_format(value: str, reason: str) -> None:
    assert refusal(f"format = {value}\n{LAYER}") == reason
    # Keys of a later format are not mistaken for typing errors.
    assert refusal(f"format = {value}\nlessons = 1\n{LAYER}") == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("title = 3", "title: expected a text in quotes, got a number"),
        ("note = true", "note: expected a text in quotes, got a boolean"),
        ('title = ["a"]', "title: expected a text in quotes, got an array"),
        ("title = {}", "title: expected a text in quotes, got a table"),
        ("title = 1979-05-27", "title: expected a text in quotes, got a date or time"),
        (f'title = "{"x" * 201}"', "title: 201 characters, at most 200 are allowed"),
        (f'note = "{"x" * 10_001}"', "note: 10,001 characters, at most 10,000 are allowed"),
        ('features = "x1"', "features: expected texts in brackets, got a text"),
        ('features = ["x1", 2]', "features[2]: expected a text in quotes, got a number"),
        (
            f'features = ["x1", "{"é" * 81}"]',
            "features[2]: 81 characters, at most 80 are allowed",
        ),
        ('features = ["x1"]', "features: 1 names, expected 2, one for each input"),
        ("classes = [[]]", "classes[1]: expected a text in quotes, got an array"),
        ('classes = ["a", "b", "c"]', "classes: 3 names, expected 2"),
        ('task = "regresion"', "task: 'regresion' is unknown; did you mean 'regression'?"),
        ("task = 1", "task: expected a text in quotes, got a number"),
        (
            'task = "multiclass"',
            "task multiclass needs at least two outputs, the network has one",
        ),
    ],
)
def test_texts_and_names(line: str, reason: str) -> None:
    assert refusal(f"{line}\n{LAYER}") == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3", "layers[1].name: expected a text in quotes, got a number"),
        (f'"{"x" * 81}"', "layers[1].name: 81 characters, at most 80 are allowed"),
    ],
)
def test_names_of_layers(value: str, reason: str) -> None:
    assert refusal(f"{LAYER}name = {value}") == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3", "layers[1].activation: expected a name or a table with a name, got a number"),
        ('["relu"]', "layers[1].activation: expected a name or a table with a name, got an array"),
        ('"rellu"', "layers[1].activation: activation 'rellu' is unknown; did you mean 'relu'?"),
        ('"relu(1)"', "layers[1].activation: relu: got 1 parameters, expected at most 0 (none)"),
        ('"elu(nan)"', "layers[1].activation: elu: alpha is nan, expected a finite number"),
        ("{ alpha = 1 }", "layers[1].activation: an activation given as a table needs a name"),
        ("{ name = 3 }", "layers[1].activation: an activation given as a table needs a name"),
        (
            '{ name = "elu", alpha = true }',
            "layers[1].activation.alpha: expected a number, got a boolean",
        ),
        (
            '{ name = "elu", alpha = "0.1" }',
            "layers[1].activation.alpha: expected a number, got a text",
        ),
        (
            '{ name = "elu", alpha = inf }',
            "layers[1].activation.alpha: expected a finite number that a float64 can hold",
        ),
        (
            f'{{ name = "elu", alpha = 1{"0" * 400} }}',
            "layers[1].activation.alpha: expected a finite number that a float64 can hold",
        ),
        (
            '{ name = "elu", alhpa = 1 }',
            "layers[1].activation: elu: parameter 'alhpa' is unknown; did you mean 'alpha'?",
        ),
        (
            '"\\u001b[31m"',
            "layers[1].activation: activation '\\x1b[31m' is unknown;",
        ),
    ],
)
def test_activations(value: str, reason: str) -> None:
    assert refusal(LAYER.replace('"relu"', value)).startswith(reason)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("3", ": expected rows of numbers, got a number"),
        ('"3"', ": expected rows of numbers, got a text"),
        ("[]", ": expected at least one row of numbers"),
        ("[1, 2]", "[1]: expected a row of numbers such as [1.0, 2.0], got a number"),
        ("[[1, 2], 3]", "[2]: expected a row of numbers such as [1.0, 2.0], got a number"),
        ("[[1, 2], {}]", "[2]: expected a row of numbers such as [1.0, 2.0], got a table"),
        ("[[1, 2], [3, 4], [5]]", "[3]: 1 number, expected 2 as in the row before"),
        ("[[1, 2], [3, 4, 5]]", "[2]: 3 numbers, expected 2 as in the row before"),
        ("[[1, 2], [3, []]]", "[2][2]: expected a number, got an array"),
        ("[[1, 2], [3, true]]", "[2][2]: expected a number, got a boolean"),
        ('[[1, "2"], [3, 4]]', "[1][2]: expected a number, got a text"),
        ("[[1, 12:00:00]]", "[1][2]: expected a number, got a date or time"),
        ("[[1, nan]]", "[1][2]: expected a finite number that a float64 can hold"),
        ("[[-inf, 1]]", "[1][1]: expected a finite number that a float64 can hold"),
        ("[[1, 1e999]]", "[1][2]: expected a finite number that a float64 can hold"),
        (f"[[1], [{'9' * 400}]]", "[2][1]: expected a finite number that a float64 can hold"),
        (f"[[1], [0x{'f' * 1_000}]]", "[2][1]: expected a finite number that a float64 can hold"),
    ],
)
def test_numbers_have_their_place_named(value: str, reason: str) -> None:
    assert refusal(TWO.replace("[[0.5]]", value)) == f"layers[2].weights{reason}"
    assert refusal(f"inputs = {value}\n{LAYER}") == f"inputs{reason}"
    assert refusal(f"targets = {value}\n{LAYER}") == f"targets{reason}"
    # Long enough to be read by the JSON decoder, with the same message.
    rows = f"[{', '.join(['1'] * 400)}]"
    long = LAYER.replace("[[1, 2]]", f"[{rows}, {rows}, {rows[:-1]}, true]]")
    assert refusal(long) == "layers[1].weights[3]: 401 numbers, expected 400 as in the row before"


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("true", "expected a number, got a boolean"),
        ("[]", "expected a number, got an array"),
        ("nan", "expected a finite number that a float64 can hold"),
        ("inf", "expected a finite number that a float64 can hold"),
        ("-inf", "expected a finite number that a float64 can hold"),
        ("1e400", "expected a finite number that a float64 can hold"),
        ("9" * 400, "expected a finite number that a float64 can hold"),
        ('"1"', "expected a number, got a text"),
    ],
)
def test_numbers_of_a_long_array_have_their_place_named(cell: str, reason: str) -> None:
    rows = [["0.5"] * 300 for _ in range(5)]
    rows[3][7] = cell
    matrix = f"[{','.join(f'[{chr(44).join(row)}]' for row in rows)}]"
    assert refusal(LAYER.replace("[[1, 2]]", matrix)) == f"layers[1].weights[4][8]: {reason}"
    assert refusal(LAYER.replace("[0]", f"[{','.join(rows[3])}]")) == f"layers[1].bias[8]: {reason}"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("0", ": expected numbers in brackets, got a number"),
        ("[[0]]", "[1]: expected a number, got an array"),
        ("[false]", "[1]: expected a number, got a boolean"),
        ("[]", ": 0 numbers, expected 1, one for each row of weights"),
        ("[1, 2]", ": 2 numbers, expected 1, one for each row of weights"),
    ],
)
def test_the_bias(value: str, reason: str) -> None:
    assert refusal(LAYER.replace("[0]", value)) == f"layers[1].bias{reason}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            LAYER + LAYER,
            "layer 2: each neuron has 2 weights, expected 1, one for each neuron of layer 1",
        ),
        ("inputs = [[1]]\n" + LAYER, "inputs: each sample has 1 numbers, expected 2"),
        ("inputs = [[1, 2, 3]]\n" + LAYER, "inputs: each sample has 3 numbers, expected 2"),
        ("targets = [[1, 2]]\n" + LAYER, "targets: 1 rows of 2 numbers, expected 1 rows"),
        ("targets = [[1], [2]]\n" + LAYER, "targets: 2 rows of 1 numbers, expected 1 rows"),
    ],
)
def test_shapes_that_do_not_fit(text: str, reason: str) -> None:
    assert refusal(text).startswith(reason)
