"""The views: each a pure function from a scene to a drawing."""
