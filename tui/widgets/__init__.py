"""Widgets that the panes and dialogs are made of."""
