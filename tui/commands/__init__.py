"""The commands of nn-play, one a module: each holds a click command named `command`.

They answer on standard output and load neither Textual nor plotext. `nn-play` imports only the
module of the command that was called.
"""
