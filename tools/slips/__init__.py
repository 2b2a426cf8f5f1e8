"""Slips: every result of every theorem changed in one place, and what becomes of it.

A check that cannot fail proves nothing: these formulas must fail, or be shown to be true.

    changes            the slips of a derivation: numbers, exponents, limits, indices, signs, parts
    finite             in random finite models, then in all small ones
    continuous         where no finite model fits: certified values under continuous laws,
    perturbed_chains     with chains that know formulas which no theorem speaks of
    proofs             that a slip is no mistake, by the kernel: steps that anyone can replay, from
    means, shifts        means that vanish, members of a family read one further,
    writing_out          and both formulas written out: terms to a sum of means,
    expansions           and the differences compared
    slack              elementary inequalities, outside of the kernel
    verdicts           all of these in order, then the reasons written by hand, which lie in a
                         theorem's folder, in slips.toml: one report for each slip
    page               docs/mutations.md and docs/mutations/, and the command

Nothing may be left without an answer: the command then ends with exit status 1.
"""
