"""Keras models, read as data and never written; their code is never run."""

from engine.formats.keras.reader import read_keras, read_keras_h5

__all__ = ["read_keras", "read_keras_h5"]
