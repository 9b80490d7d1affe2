"""The main screen and its commands."""
