"""A derivation as text, Markdown and LaTeX: conclusion, assumptions, and steps with their rules.

``xavier-theory show`` and the pages of proofs have more: what is said about a theorem besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xavier_theory.symbolic.judgements import Step
from xavier_theory.symbolic.notation import latex

if TYPE_CHECKING:
    from xavier_theory.symbolic.derivations import Derivation


def step_latex(step: Step) -> str:
    """A step's relation in LaTeX."""
    relation = "=" if step.relation == "=" else r"\leq"
    return f"{latex(step.left)} {relation} {latex(step.right)}"


def conclusion_latex(derivation: Derivation) -> str:
    """What is proved, in LaTeX."""
    return r", \quad ".join(step_latex(derivation.results[name]) for name in derivation.main)


def derivation_text(derivation: Derivation) -> str:
    """What ``print(derivation)`` shows."""
    shown = [_plain(derivation.results[name]) for name in derivation.main]
    lines = [f"{derivation.name}: {', '.join(shown)}", "assumptions:"]
    lines += [f"  {assumption.name}" for assumption in derivation.assumptions] or ["  none"]
    lines.append("proof:")
    steps = enumerate(derivation.steps, 1)
    lines += [f"  ({number}) {_words(step)}: {_plain(step)}" for number, step in steps]
    for title, names in (("theorems", derivation.lemmas), ("literature", derivation.axioms())):
        lines += [f"rests on {title}: {', '.join(names)}"] if names else []
    return "\n".join(lines)


def derivation_cell(derivation: Derivation) -> str:
    """What a notebook shows: the steps are folded."""
    lines = [f"**{derivation.name}**", "", "$$" + conclusion_latex(derivation) + "$$", ""]
    lines += [f"- {assumption.name.replace('_', ' ')}" for assumption in derivation.assumptions]
    steps = steps_markdown(derivation)
    summary = f"<summary>Proof, {len(derivation.steps)} steps</summary>"
    return "\n".join([*lines, "", "<details>", summary, "", steps, "</details>"])


def steps_markdown(derivation: Derivation) -> str:
    """The numbered steps as Markdown, each with its rule and formula."""
    lines = [
        f"{number}. ${step_latex(step)}$ — {_words(step)}"
        for number, step in enumerate(derivation.steps, 1)
    ]
    return "\n".join(lines) + "\n"


def steps_latex(derivation: Derivation) -> str:
    """The steps as a LaTeX ``align*`` environment."""
    lines = [f"&{step_latex(step)} && \\text{{{_words(step)}}}" for step in derivation.steps]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def _plain(step: Step) -> str:
    return f"{step.left} {step.relation} {step.right}"


def _words(step: Step) -> str:
    return step.rule.replace("_", " ")
