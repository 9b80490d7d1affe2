"""`nn-play run --backward`: the way back from the loss and one step, in JSON and for reading."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import examples
from tests.tui.cli.command_line import Command, command, failure

nn_play = pytest.fixture(command)

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "backward-examples.json").read_text(encoding="utf-8")
)["examples"]


def as_file(example: dict[str, Any]) -> bytes:
    lines = [f"inputs = {example['inputs']}", f"targets = {example['targets']}", "[training]"]
    lines += [f'loss = "{example["loss_name"]}"', f"learning_rate = {example['learning_rate']}"]
    for layer in example["layers"]:
        lines += ["[[layers]]", f'activation = "{layer["activation"]}"']
        lines += [f"weights = {layer['weights']}", f"bias = {layer['bias']}"]
        if example.get("biases_frozen"):
            masks = json.dumps(np.zeros_like(layer["weights"], bool).tolist())
            lines.append(f"frozen = {{ weights = {masks}, bias = [true, true] }}")
    return "\n".join(lines).encode()


def assert_close(actual: Any, expected: Any) -> None:
    assert np.shape(actual) == np.shape(expected)
    assert np.array(actual) == pytest.approx(np.array(expected), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_json_gives_every_figure_of_the_worked_examples(
    nn_play: Command, example: dict[str, Any]
) -> None:
    arguments = ("--json", "--backward", "--gradients")
    answer = nn_play("run", "-", *arguments, stdin=as_file(example)).json
    assert answer["loss"] == pytest.approx(example["loss"], rel=1e-12)
    for sample, figures in enumerate(example["samples"]):
        found = answer["backward"][sample]
        assert found["loss"] == pytest.approx(figures["loss"], rel=1e-12)
        assert_close(found["by_inputs"], figures["by_inputs"])
        for index, layer in enumerate(answer["layers"]):
            assert_close(found["deltas"][index], figures["deltas"][index])
            assert_close(found["by_outs"][index], figures["by_outs"][index])
            for kind in ("pre_activations", "activations"):
                assert_close(layer[kind][sample], figures[kind][index])
    for ours, theirs in (("gradients", "gradients"), ("after_one_step", "after_one_step")):
        for layer, expected in zip(answer[ours], example[theirs], strict=True):
            assert_close(layer["weights"], expected["weights"])
            assert_close(layer["bias"], expected["bias"])


def test_the_built_in_example_is_the_worked_one(nn_play: Command) -> None:
    session = examples.load("two-by-two")
    for layer, expected in zip(session.network.layers, EXAMPLES[0]["layers"], strict=True):
        assert layer.weights.tolist() == expected["weights"]
        assert layer.bias.tolist() == expected["bias"]
    result = nn_play("run", "two-by-two", "--json", "--backward").json
    assert result["after_one_step"][1]["weights"][0][0] == pytest.approx(0.35891648, abs=5e-9)


def test_the_text_shows_each_number_and_the_step(nn_play: Command) -> None:
    lines = nn_play("run", "two-by-two", "--explain", "--backward").lines
    texts = [line.strip() for line in lines]
    assert "o1    d loss / d a = a - y = 0.7514 - 0.01 ≈ 0.7414" in texts
    assert "o1    w(h1→o1) = 0.4 - 0.5·0.0822 ≈ 0.3589" in texts
    assert any("(w7, W2[2,1]) rises from 0.5 to 0.5113" in text for text in texts)
    headings = [line for line in lines if line and not line.startswith(" ")]
    places = [
        headings.index(name)
        for name in ("Loss · squared_error", "Update · sgd · learning rate 0.5")
    ]
    assert places == sorted(places)


def test_several_samples_and_those_without_a_target(nn_play: Command) -> None:
    given = ("-x", "1,2,3", "-x", "0,1,0", "--target", "1", "--target", "-")
    answer = nn_play("run", "binary-classifier", *given, "--json", "--backward").json
    assert answer["backward"][1] is None
    assert answer["backward"][0]["deltas"][1] == pytest.approx([-0.9152894342692642], rel=1e-12)
    text = nn_play("run", "binary-classifier", *given, "--explain", "--backward").output
    assert "sample 2 has no target: set one, and there is a loss to trace back" in text
    bare = nn_play("run", "binary-classifier", "--json", "--backward").json
    assert bare["backward"] == [None]
    assert bare["after_one_step"] is None
    four = nn_play("run", "xor-step", "--loss", "mse", "--explain", "--backward")
    assert four.status == 0
    assert "there is no slope to follow" in four.output


def test_a_loss_asked_for_is_meant_and_backward_needs_a_form(nn_play: Command) -> None:
    arguments = ("run", "two-by-two", "--loss", "mae", "--json", "--backward")
    assert nn_play(*arguments).json["backward"][0]["by_outs"][1] == [0.5, -0.5]
    result = nn_play("run", "two-by-two", "--backward")
    assert "--backward goes with --explain or --json" in failure(result)
