"""Networks drawn at any width, and what is observed of them. It knows no theorem.

What experiments rest on:

- ``quantities``: what an experiment draws, and how predictions of it are judged; ``experiments``: a
  theorem's experiment as data, and its run.
- ``linear_layers``, ``activated_layers``, ``asked_layers``, ``length_maps``, ``sums_of_squares``,
  ``sine_map``, ``chains``, ``random_chains``, ``exact_training``: what the experiments of several
  theorems draw. What one theorem alone needs lies in its folder.

Networks:

- ``laws``: laws of weights; ``networks``: forward and backward pass; ``sampled_layers``: layers
  that are drawn whole or only as far as they are asked; ``sample_networks``: the command
  ``sample``; ``wide_training``: training through sampled layers.
- ``digits``, ``digits_images``, ``digits_predictions``, ``gram_law``: real images through networks.
"""
