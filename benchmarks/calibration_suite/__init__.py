"""Simulated runs of every test, under truth and off by δ, against the rates promised.

`subjects` says what is simulated: `direct` where the statistic's law is known and drawn at once,
`bounded` and `layers` from raw samples, `planted` for tests that are wrong on purpose. `judging`
compares rates, `results` runs and stores, `report` and `plot` print what was stored.
"""
