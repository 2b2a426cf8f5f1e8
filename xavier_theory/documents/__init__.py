"""What people read, printed from the theory's own objects: pages, tables, figures.

    proving               derive and check everything, then print: what `prove` does
      publishing            all pages or none; what is stale
      pages, templates/     every page as text
    formulas, plain_text  terms as LaTeX, and as one line of plain text
    steps, rule_texts     a proof's steps as paragraphs, and what each rule did, in words
    assumptions, plain_assumptions
                          assumptions for a page, and for a terminal
    domains               what is positive, not negative or a whole number, for both
    outline               a derivation as plain text, for a terminal
    styles                the same sentences as Markdown and as plain text
    citations, prose      how a page points at things, and sentences from the theorems' files
    evidence              what shows a sentence, behind it
    check_tables, necessity
                          what was checked, and what breaks without each assumption
    authors               the rules and the kinds of assumption, for authors of theorems
    certificate_text      certificates as JSON that a diff can show
    generated_parts       the generated parts of hand-written pages
    drawing               how every figure is drawn: the same bytes every time
      figures, chain_figures, phase_figures, training_figures
                            which figures there are

Nothing here computes or decides: a mistake can make a page ugly, but no theorem wrong.
"""
