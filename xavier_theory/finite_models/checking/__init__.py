"""Claims checked in drawn models of their own assumptions.

In reading order:

    claims    a relation and its assumptions, written into a graph at values of its free indices
    reports   what a check found, step by step
    groups    claims that share their assumptions, and what one model says of each
    check     the checks of steps, derivations and wrong variants
"""
