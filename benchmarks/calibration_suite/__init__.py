"""Simulated runs of every test, under truth and off by δ, against the rates promised.

methods/     tests that the package does not use, and is compared with
subjects     what is simulated: a test under a law, at rates
  direct       where the statistic's law is known and drawn at once
  bounded, layers    from raw samples
  planted      tests that are wrong on purpose: the suite must report them
judging      observed rates against promised ones
results      all runs, made and stored
report, plot    docs/calibration.md and its figure, from what was stored

`benchmarks/calibration.py` runs it; `tests/benchmarks` runs it small.
"""
