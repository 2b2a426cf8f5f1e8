"""Gaussian moments by mpmath: trees walked by another evaluator, integrals by another rule."""

from __future__ import annotations

from fractions import Fraction

import mpmath

from xavier_theory.activations.expressions import nodes


def number(value: Fraction, context=mpmath.mp):
    if context is mpmath.fp:
        return float(value)  # whose parts may be beyond a float each
    return context.mpf(value.numerator) / value.denominator


def applied(name, u, context):
    match name:
        case "abs":
            return abs(u)
        case "sign":
            return context.mpf((u > 0) - (u < 0))
        case "Phi":
            return context.ncdf(u)
        case "sigmoid":
            return 1 / (1 + context.exp(-u)) if u > 0 else context.exp(u) / (1 + context.exp(u))
        case "softplus":
            return max(u, 0) + context.log(1 + context.exp(-abs(u)))
        case "log1p":
            return context.log(1 + u)
        case "arcsinh":
            size = abs(u)
            return (1 if u > 0 else -1) * context.log(size + context.sqrt(1 + size * size))
    name = {"arctan": "atan"}.get(name, name)
    return getattr(context, name)(u)


def value(tree, z, context=mpmath.mp):
    """φ(z) in mpmath's arithmetic, multiprecision or (``mpmath.fp``) doubles."""
    match tree:
        case nodes.Variable():
            return z
        case nodes.Number():
            return number(tree.value, context)
        case nodes.Constant():
            return _constant(tree.name)
        case nodes.Sum():
            return context.fsum(value(part, z, context) for part in tree.terms)
        case nodes.Product():
            return context.fprod(value(part, z, context) for part in tree.factors)
        case nodes.Power():
            return value(tree.base, z, context) ** number(tree.exponent, context)
        case nodes.Apply():
            return applied(tree.function, value(tree.argument, z, context), context)
        case nodes.Extremum():
            sides = (value(tree.left, z, context), value(tree.right, z, context))
            return max(sides) if tree.greatest else min(sides)
        case nodes.Where():
            chosen = tree.then if holds(tree.condition, z, context) else tree.otherwise
            return value(chosen, z, context)
    raise TypeError(type(tree))


def holds(condition, z, context=mpmath.mp) -> bool:
    match condition:
        case nodes.Positive():
            found = value(condition.difference, z, context)
            return found > 0 if condition.strict else found >= 0
        case nodes.Every():
            return all(holds(part, z, context) for part in condition.conditions)
        case nodes.Negation():
            return not holds(condition.condition, z, context)
    return condition.holds


def second_moment(
    tree, q: Fraction, kinks, digits: int, mean: Fraction = Fraction(0), context=mpmath.mp
):
    """E[φ(Z)²], Z ~ N(mean, q), by mpmath's own rules between the kinks."""
    with mpmath.workdps(digits + 10):
        deviation, centre = context.sqrt(number(q, context)), number(mean, context)
        reach = int(mpmath.sqrt(2 * (digits + 12) * mpmath.log(10))) + 7  # room for e^z
        scaled = [(number(Fraction(kink), context) - centre) / deviation for kink in kinks]
        cuts = [context.mpf(k) for k in range(-reach, reach + 1, 2)]
        ends = sorted({*cuts, *(s for s in scaled if cuts[0] < s < cuts[-1])})

        def integrand(t):
            return value(tree, centre + deviation * t, context) ** 2 * context.npdf(t)

        # In doubles mpmath's Gauss–Legendre nodes do not converge: there, tanh–sinh.
        method = "gauss-legendre" if context is mpmath.mp else "tanh-sinh"
        return context.quad(integrand, ends, method=method)


def _constant(name: str):
    if name in ("pi", "e"):
        return +mpmath.pi if name == "pi" else +mpmath.e
    # Klambauer et al. 2017, equation 14, in their own form.
    erfc, root = mpmath.erfc, mpmath.sqrt
    once, twice = erfc(1 / root(2)) * mpmath.exp(0.5), erfc(root(2)) * mpmath.exp(2)
    alpha = -root(2 / mpmath.pi) / (once - 1)
    if name == "selu_alpha":
        return alpha
    inside = 2 * twice + mpmath.pi * once**2 - 2 * (2 + mpmath.pi) * once + mpmath.pi + 2
    return (1 - once) * root(2 * mpmath.pi) / root(inside)
