"""torch: one run of a model recorded, and its parameters described.

Imported for torch models alone.

In reading order:

- ``preserving``: leaves the model, its gradients and all random states bit for bit as they were
- ``measuring``: the moments of a tensor, and the facts of a weight that rules need
- ``masks``: how many keys each query of an attention may see
- ``translating``: torch's ops in the words of ``rules``
- ``recorder``: sees every op, and writes down those of forward
- ``recording``: one forward and backward pass, op by op
- ``describing``: each parameter with its role, fans and statistics
- ``redrawing``: the same run with weights drawn again
- ``filling``: parameters drawn anew, and put back
- ``correcting``: weights scaled by what a batch shows
- ``running``: batches, outputs, users' mistakes
"""

from xavier_theory.errors import MissingExtraError

try:
    import torch as torch
except ImportError:
    raise MissingExtraError("an audit", "torch") from None
