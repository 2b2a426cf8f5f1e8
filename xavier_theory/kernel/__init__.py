"""The trusted kernel: what it accepts is proved, and nothing else is. Standard library alone.

Reading order, an evening: ``terms``, ``signs``, ``algebra`` (when two terms are one number),
``assumptions``, ``definitions``, ``rules``, ``expectation``, ``slopes``, ``instances``, ``replay``,
``check``. ``lemmas.json`` has what is taken from the literature without proof. ``__main__`` is the
command that says what a file proves: ``python -m xavier_theory.kernel FILE…``.

**Terms** are tuples: rationals; scalars with a domain (real, nonnegative, positive, natural,
width); members of indexed families, random or fixed; opaque functions; + * ^; sums and products
over 1..n (or 1..n without one); E Var Cov; relu step sigmoid abs exp log tanh erf polygamma max
min.

**Meaning.** Every term is a total real number at every outcome of a probability space. 1/0,
logarithms and powers of what is not positive, means of what is not integrable are fixed unknown
numbers (but 0^e = 0 for e > 0, a variance and the mean of what is >= 0 are >= 0; the unknown
functions are Borel, and an unknown mean depends on the law of what is averaged alone), so that a
rule needs exactly the side conditions that it names. A family may be any function of its indices,
Borel or not, so nothing random stands in one. step(0) = 0. A judgement Gamma |- l R r (R is
=, <= or <) says: in every model of the assumptions in Gamma and of the definitions, for all values
of its free scalars, at every outcome, l R r. Gamma |- t integrable says that E|t| is finite.

**Assumptions**: equation, at_most, positive, moment, independent, symmetric, same-law, law,
density, derivative, primitive, minimises (``assumptions.py``); ``distinct`` indices arise under a
sum that leaves one out. Gamma is computed, never written by hand.

**Rules**, premises / conclusion (side conditions: the docstrings):
    assume          / an instance of an assumed relation
    define          / head = body
    algebra         l_k R_k r_k / l R r, where r - l = sum m_k (r_k - l_k) by the normal form
    sign            / 0 <= t or 0 < t, by the form of t
    product         0 <= p, 0 <= q / 0 <= p q
    congruence      s = t / C[s] = C[t]
    bind            f(i) R g(i) / sum f R sum g
    cases           / l R r, as it holds for u >= 0 and for u <= 0
    diagonal        / a double sum = its diagonal + the rest
    peel            / a sum to n = the sum to n - 1 + the last term; likewise products
    induction       P(0), P(l) |- P(l + 1) / P(l)
    instance        a judgement / it, read with other symbols; each assumption shown by a witness
    moment          / X^k integrable
    hoelder         x_k^D integrable / x_1^d_1 x_2^d_2 ... integrable, D = d_1 + d_2 + ...
    linear          the pieces integrable / t integrable | E[t] by linearity
    dominated       s integrable, |t| <= |s| by its form / t integrable
    carried         s integrable, s = t / t integrable
    independent     X, Y integrable, independent / X Y integrable | E[X Y] = E[X] E[Y]
    variance        X^2 integrable / Var(X) = E[X^2] - E[X]^2
    covariance      X Y, X, Y integrable / Cov(X, Y) = E[X Y] - E[X] E[Y]
    monotone        X <= Y, both integrable / E[X] <= E[Y]
    symmetry        / E[f(X)] = E[f(Y)], where X and Y have one joint law
    same direction  0 <= f', 0 <= g' / 0 <= (f(t) - f(u)) (g(t) - g(u))
    association     0 <= f', 0 <= g', integrable / 0 <= Cov(f(X), g(X))
    antiderivative  F' = g f, f the density of X on [a, b] / E[g(X)] = F(b) - F(a)
    stationary      v minimises f / 0 = f'(v)
"""

from xavier_theory.kernel.check import FORMAT, check
from xavier_theory.kernel.replay import Theorem, digest, lemmas
from xavier_theory.kernel.terms import Refused

__all__ = ["FORMAT", "Refused", "Theorem", "check", "digest", "lemmas"]
