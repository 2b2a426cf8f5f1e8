"""The theorems, one folder each: adding a folder here adds a theorem everywhere.

Reading order:

- ``references.py``, ``references.bib``: the literature. ``evidence.py``: sentences, and what shows
  them. ``statement.py``: what a theorem says of itself.
- ``symbols.py``: the symbols that several share.
- ``folders.py``: finds the folders. Nothing else lists them.
- ``NAME/proof.py``: statement, assumptions, plan, and ``derive()``. It samples nothing. ``SOLVED``,
  where there is one: for an assumption that is no plain statement about one base quantity, by name,
  (base quantity, "=" or "<=" or ">=", value) such that the assumption holds in every model in which
  that does, or a tuple of several such; finite models are built with it, and then check the
  assumption.
- ``NAME/experiment.py``: ``EXPERIMENTS``, how its results are sampled, and ``WRONG``: deliberately
  wrong right-hand sides of the conclusion (for a two-sided bound: pairs), by name, that the checks
  must refute; ``OBSERVED``, where there is any: what is seen in most networks, or in few. It is
  loaded when it is asked for.
- ``NAME/counterexamples.json``: what breaks without each assumption, as ``make counterexamples``
  found it; ``NAME/counterexamples.py``, where finite models cannot show it: ``CONTINUOUS``.
- ``NAME/models.py``, where there is one: ``models(context, assumptions, terms)``, models of what
  neither finite spaces nor independent normals and densities satisfy. It is loaded when it is asked
  for.
- ``NAME/numbers.py``, where there are any: ``NUMBERS``, what encloses the numbers in its sentences,
  by the phrase that each of them ends. It is loaded when it is asked for.
- ``NAME/slips.toml``, where there are any: why a changed formula that nothing refutes is true.

Proofs may import proofs, and experiments experiments. What one theorem alone needs lies in its
folder.
"""

from xavier_theory.theorems.folders import (
    Theorem,
    also_in,
    derive,
    further_places,
    theorem_folder,
    theorem_module,
    theorems,
)

__all__ = [
    "Theorem",
    "also_in",
    "derive",
    "further_places",
    "theorem_folder",
    "theorem_module",
    "theorems",
]
