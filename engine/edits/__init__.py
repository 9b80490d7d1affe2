"""Changes of a session as frozen values, one module for each kind.

An edit is applied to a session and gives a new one; its inverse, made from the session before,
takes it back exactly.
"""
