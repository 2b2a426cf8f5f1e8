"""Formulas with a slip in them: made, judged and told."""
