"""The groups in which the help lists the keys."""

from textual.binding import Binding

MOVE = Binding.Group("Move")
TYPE = Binding.Group("Change a number")
UNDO = Binding.Group("Take back")
COMPARE = Binding.Group("Compare, and what matters")
SHAPE = Binding.Group("Change the network")
SAMPLES = Binding.Group("Samples")
LOOK = Binding.Group("Look")
TRAIN = Binding.Group("Train")
MAP = Binding.Group("Map")
FILES = Binding.Group("Files")
HELP = Binding.Group("Help and leave")

ORDER = (MOVE, TYPE, UNDO, COMPARE, TRAIN, SHAPE, SAMPLES, LOOK, MAP, FILES, HELP)
