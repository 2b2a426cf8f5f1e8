"""What only maintainers run: called by make, tested and checked like the package, not in the wheel.

    slips/                    every result changed in one place, and what becomes of it (make slips)
    search_counterexamples    what breaks without each assumption (make counterexamples)
    pages                     tables, and writing or comparing a page: for the tools below
    lecture                   docs/lecture.md: its exercises, from the theorems' folders
    frameworks                docs/frameworks.md: the numbers that frameworks ship, beside ours
    architectures             docs/architectures.md: layer, rule, theorem, frameworks' defaults
    conformance               docs/conformance.md: what initializers sample, beside what they say
    zoo/                      docs/zoo.md: architectures as libraries ship them, audited

They import `xavier_theory`; nothing of it imports them, and a test holds that.
"""
