"""Random rational models that satisfy given assumptions by construction.

In reading order:

    theory         what models are drawn of: assumptions, definitions, how to satisfy unusual ones
    shapes         the sizes at which claims are unrolled
    choices, laws  small choices read from bytes; laws on a few atoms with prescribed moments
    blocks         which members may depend on each other: as many as independence leaves free
    minima         the number that minimises an objective, where an assumption speaks of it
    requirements   what is asked of the members, one by one
    collecting     reads the assumptions into requirements
    recipes        how the law of one block of dependent members is made
    structure      the blocks and their recipes at one shape
    verification   what is still to be looked at in each model that was drawn
    plan           all that is done once for a shape, and a draw
    models         the same as a strategy of Hypothesis

What is built must also be looked at: a law meets each moment by itself, and two may contradict each
other.
"""
