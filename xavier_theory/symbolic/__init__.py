"""The trusted core: terms, assumptions, rules and derivations.

It imports sympy and nothing of the project.
"""
