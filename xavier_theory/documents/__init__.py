"""What people read, printed from the theory's own objects: the pages of ``proofs/``, tables, figures."""
