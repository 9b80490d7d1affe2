"""As much of scikit-learn as the generated code calls, by its documentation, in NumPy."""
