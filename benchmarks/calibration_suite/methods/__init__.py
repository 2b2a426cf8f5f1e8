"""Tests that the package does not use, and is compared with: same promises, other costs.

    bounded_mean          one entry for five methods for bounded means, two of them the package's
      dkwm                  the baseline: the band around the whole distribution
      empirical_bernstein   limits that narrow where the sample varies little
      betting_mean          stopping early, by betting against the prediction
    median_of_means       heavy tails, by block means in place of Catoni's estimator
    rectified_variance    the second moment after relu, by its exact law, not Chernoff's bound
    alive_norm            log ‖relu(z)‖² given that a unit is alive, for Chernoff's bound

Each has its proof in its docstring, and rests on `xavier_theory.statistics`.
"""
