"""The settings: their defaults and what they refuse."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from engine.training import OPTIMIZER_NAMES, OPTIMIZERS, TrainingSettings


def test_the_defaults() -> None:
    settings = TrainingSettings()
    assert dataclasses.astuple(settings) == ("sgd", 0.03, 0.9, 10, None, 0.0, 0.0, True, 0)
    # torch.optim: RMSprop's alpha, Adam's betas and the eps of both.
    constants = (settings.RMSPROP_ALPHA, settings.ADAM_BETA_1, settings.ADAM_BETA_2)
    assert (*constants, settings.EPSILON) == (0.99, 0.9, 0.999, 1e-8)
    assert tuple(OPTIMIZERS) == OPTIMIZER_NAMES


def test_the_size_of_a_batch() -> None:
    assert TrainingSettings(batch_size="all").batch_size_of(250) == 250
    assert TrainingSettings(batch_size=300).batch_size_of(250) == 250
    assert TrainingSettings(batch_size=10).batch_size_of(250) == 10


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "adan"}, "optimizer 'adan' is unknown; did you mean 'adam'"),
        ({"optimizer": 3}, "optimizer is 3, expected one of sgd"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1, expected a number from 0 up"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"learning_rate": math.inf}, "learning_rate is inf"),
        ({"learning_rate": "0.1"}, "learning_rate is '0.1'"),
        ({"learning_rate": True}, "learning_rate is True"),
        ({"momentum": 1.0}, "momentum is 1.0, expected a number from 0 to below 1"),
        ({"batch_size": 0}, 'batch_size is 0, expected a whole number from 1 up, or "all"'),
        ({"batch_size": None}, "batch_size is None, expected a whole number from 1 up"),
        ({"batch_size": 2.0}, "batch_size is 2.0"),
        ({"loss": "mean"}, "loss 'mean' is unknown"),
        ({"l1": -1}, "l1 is -1"),
        ({"l2": math.inf}, "l2 is inf"),
        ({"shuffle": 1}, "shuffle is 1, expected True or False"),
        ({"seed": -1}, "seed is -1, expected a whole number from 0 up"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        TrainingSettings(**settings)
    assert "\n" not in str(caught.value)
