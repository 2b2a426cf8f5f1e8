"""The frameworks' own layers and weights, held against the theory.

In reading order:

- ``fan_counts``: the object that is answered; ``fans``: the public function
- ``counting``: the fans of a shape; ``windows`` counts one dimension, ``padding`` reads padding,
  ``layouts`` knows what axes mean and what torch, Keras and JAX take
- ``showing``: text, Markdown and JSON
- ``initialization``: Var(W) by effective fans, as lines to paste
- ``layers``: finds out which framework a layer is of
- ``torch``, ``keras``, ``jax``: their layers, and initializers of ours for them; each is imported
  only for an object of its own, or by name
- ``installed``: which of them are here

All but the adapters need no framework. ``activations`` knows the frameworks' activations.
"""
