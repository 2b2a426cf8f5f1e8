"""Slips: every result of every theorem changed in one place, and what becomes of it.

A check that cannot fail proves nothing: these formulas must fail, or be shown to be true.

    changes            the slips of a derivation: numbers, exponents, limits, indices, signs, parts
    finite             refuted in random finite models, then in all small ones
    continuous         where no finite model fits: certified values under continuous laws
    proofs             no mistake, by the kernel: steps that anyone can replay
      means, shifts      from means that vanish, and members of a family read one further
      expansions         from the differences of both formulas, multiplied out
      writing_out        and written out, to means of products
    slack              no mistake, by an elementary inequality outside of the kernel
    verdicts           all of these in order, and then reasons written by hand, in slips.toml of the
                         theorem's folder: one report for each slip
    page               docs/mutations.md and docs/mutations/, and the command

Nothing may be left without an answer: the command then ends with exit status 1.
"""
