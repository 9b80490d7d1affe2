"""Models saved as JSON that is plain data: brain.js, Toy-Neural-Network, tensorflow.js, arrays."""

from engine.formats.json.reader import read_json

__all__ = ["read_json"]
