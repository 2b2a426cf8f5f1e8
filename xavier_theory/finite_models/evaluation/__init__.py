"""What the kernel's terms are worth in a finite model, exactly.

In reading order:

    model          a few atoms, rational values there; the sizes at which terms are unrolled
    graph          terms unrolled at concrete sizes: equal parts are one node
    reading        kernel terms written into a graph, each made into a function once
    program        a graph made runnable for all models of one layout
    evaluate       the value of one term, the comparison of two
    satisfaction   whether a model satisfies an assumption: by its meaning, not by how it was made

All other rooms rest on this one. `satisfaction` stays independent of `drawing`, which it checks.
"""
