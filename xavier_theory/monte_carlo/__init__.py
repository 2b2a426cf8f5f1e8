"""Networks drawn at any width, the laws they are drawn from, and what is observed of them.

In reading order:

    laws                laws of independent weights, with their exact kurtosis
    layers/             the samplers: a layer is drawn only as far as it is asked
    networks            networks of dense layers, many at once: forward, backward, second moments
    gram_law            the exact law of one layer given the activations before it
    chains, deep_chains, random_chains, descending_chains
                        linear chains: exact, in logarithms, with fresh matrices, while they descend
    wide_training       gradient descent at any width
    digits_images, digits_predictions, digits
                        real input: what is predicted and what is sampled, layer by layer
    network_predictions what infinite width predicts for a network, and the spread at finite width
    sample_networks     what `xavier-theory sample` shows
    samplers/           what a theorem's experiment draws, and the test that its law allows
    experiments         runs a theorem's experiments: every prediction comes from its derivation

Verdicts come from `statistics`, which knows none of this; training many small networks at once is
in `training`, which rests on `networks`.
"""
