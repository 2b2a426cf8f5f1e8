"""The trusted core: terms, assumptions.

Rules and derivations. It imports sympy and nothing of the project.
"""
