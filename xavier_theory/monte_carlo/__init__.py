"""Networks drawn at any width, the laws they are drawn from, and what is observed of them.

In reading order:

    laws                laws of independent weights, with their exact kurtosis
    layers/             the samplers: a layer is drawn only as far as it is asked
    networks            networks of dense layers, many at once: forward, backward, second moments
    gram_law            the exact law of one layer given the activations before it
    chains, random_chains
                        linear chains: exact, and with fresh matrices
    wide_training       gradient descent at any width
    digits_images, digits_predictions, digits
                        real input: what is predicted and what is sampled, layer by layer
    network_predictions what infinite width predicts for a network, and the spread at finite width
    sample_networks     networks of one width sampled and predicted: `xt.sample`
    sample_text         the same for people, as `xavier-theory sample` shows it
    quantities          what an experiment draws, and how predictions of it are judged
    experiments         an experiment as data, and its run: every prediction is derived
    observed            what most networks show, and no formula predicts
    linear_layers, linear_nets, activated_layers, asked_layers, length_maps, sums_of_squares,
    sine_map, exact_training, convolutions, residual_streams
                        what experiments of several theorems draw; the rest is in their folders

Verdicts come from `statistics`, which knows none of this; training many small networks at once is
in `training`, which rests on `networks`.
"""
