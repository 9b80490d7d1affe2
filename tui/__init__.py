"""The terminal side of nn-play: the command line and the screen."""
