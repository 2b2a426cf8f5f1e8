"""Slips: every result of every theorem changed in one place, and what becomes of it.

A check that cannot fail proves nothing: these formulas must fail, or be shown to be true. Slips
are refuted by models, proved by the kernel, shown to follow, or explained by hand; none is left.

    changes            the slips of a derivation: numbers, exponents, limits, indices, signs, parts
    finite             in random finite models, then in all small ones
    continuous         where no finite model fits: certified values under continuous laws,
    perturbed_chains     with chains that know formulas which no theorem speaks of
    proofs             that a slip is no mistake, by the kernel: steps that anyone can replay, from
    means, shifts        means that vanish, members of a family read one further,
    writing_out          and both formulas written out: terms to a sum of means,
    expansions           and the differences compared
    slack              elementary inequalities, outside of the kernel
    explained.toml     reasons written by hand
    verdicts           all of these in order: one report for each slip
    page               docs/mutations.md and docs/mutations/, and the command
"""
