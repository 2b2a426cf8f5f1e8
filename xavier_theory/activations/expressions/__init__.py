"""The language of activations: trees, reading them, and everything computed from a tree.

``nodes`` and ``building`` make trees, ``parsing`` and ``sympy_bridge`` read them; from a tree come
NumPy functions, derivatives, Arb balls, intervals, kinks, growth bounds and printed forms.
"""
