"""Counterexamples as they lie in the theorems' folders, and their verification.

In reading order:

    text              models as data (JSON), and dropped assumptions in words
    continuous        those that need a continuous law, written out by hand
    counterexamples   the stored answers, verified by the meaning of the assumptions

`search` finds what is stored here; the verification trusts none of it.
"""
