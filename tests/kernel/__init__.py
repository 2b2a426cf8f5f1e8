"""Tests of the trusted kernel, at the level of certificates: the only way in."""
