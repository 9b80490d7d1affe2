"""The panes of the main screen: they show the workspace and ask for changes."""
