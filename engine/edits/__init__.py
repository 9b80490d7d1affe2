"""Edits: changes to a session as frozen values, one module for each kind.

Applying an edit to a session returns a new session; its inverse, made from the session before,
undoes it exactly.
"""
