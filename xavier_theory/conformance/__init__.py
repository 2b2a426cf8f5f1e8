"""Whether shipped initializers sample what they say.

Every public initializer of torch, Keras, JAX and Flax, in every type and for every kind of layer,
is held against its own documentation: the documented law is data, its numbers are derived here,
and what is drawn is tested at a stated total error rate. Apart from that: where an initializer that
conforms divides by a fan that is not what its layer sums.

In reading order:

- ``laws``: the laws that documentation names, in closed form
- ``documented``: what it says, from ``documented.toml``; ``cases`` has the shapes
- ``pivots``, ``distribution``: tests of moments and of whole distributions
- ``checks``: what one check reports
- ``entries``, ``matrices``, ``constants``: the checks of independent entries, of orthogonal
  matrices, of initializers without randomness
- ``drawing``: how a sample is drawn; ``drawing_torch``, ``drawing_keras``, ``drawing_jax`` are
  imported only for their own framework
- ``trials``: one initializer in one type; ``run`` is the public function, ``report`` what it
  returns
- ``consequences``: what a deviation does to a network

The room rests on ``statistics`` and ``frameworks``; the command line and ``tools`` rest on it.
"""
