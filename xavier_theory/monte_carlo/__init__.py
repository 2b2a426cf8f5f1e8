"""Sampled networks, and statistical tests whose error rates are proven before a sample is drawn."""
