"""A real model held against the theory: record one run, predict, compare, explain.

In reading order:

- ``axes``: which axes of a tensor are samples, positions, features, also after reshaping
- ``states``: what is carried per tensor: moments, correlations, the function of a Gaussian
- ``borders``: how a second moment is spread over positions
- ``laws``: sums that are not Gaussian, and where a gradient lies
- ``records``: a run as data: ops, and the facts of their weights
- ``rules``: from the states of an op's inputs to that of its result; ``elementwise``, ``pooling``
  and ``attention`` have those of their kind; ``gradients`` the same backward
- ``prediction``: the rules walked along a run, from its input alone and op by op
- ``parameters``: a parameter as data; ``schemes``: exact tests of the schemes it may follow
- ``findings``: what is reported; ``siblings`` finds it in parameters, ``hazards`` in the
  run, with the questions of ``graphs``
- ``bands``: what chance explains, by weights drawn again
- ``auditing``: the public functions; ``showing``: text, HTML, JSON;
  ``page``: a page of its own
- ``watching``: the same question during training
- ``planning``: the variance of each weight that keeps the signal; ``initializing`` draws by it
- ``of_torch``: records a run of a torch model and describes its parameters

Rules take shapes and states, never tensors; nothing here but ``of_torch`` imports a framework, and
that is imported for a model of torch alone. A rule names its theorem, or says that it has none.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """``xt.audit.Watch``, where ``xt.audit`` is this folder and not the function of its name."""
    if name == "Watch":
        from xavier_theory.audit.watching import Watch

        return Watch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
