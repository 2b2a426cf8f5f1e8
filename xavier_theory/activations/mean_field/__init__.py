"""The mean-field maps of an activation: how lengths and correlations pass through wide layers.

Notation (Poole et al. 2016; Schoenholz et al. 2017): σ_w² = fan_in·Var(W), σ_b² = Var(b),
Z ~ N(0, 1). The length map is V(q) = σ_w²·E[φ(√q·Z)²] + σ_b², the gradient's factor
χ(q) = σ_w²·E[φ'(√q·Z)²], and the correlation map C(c) = (σ_w²·κ(c) + σ_b²)/q* with the dual kernel
κ(c) = E[φ(√q*·Z₁)·φ(√q*·Z₂)], E[Z₁Z₂] = c. ``length`` and ``fixed_points`` enclose the first,
``hermite`` and ``correlation`` the last, ``phases`` draws the conclusions; ``fast`` evaluates all
of it in floating point for pictures.
"""
