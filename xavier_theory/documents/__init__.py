"""What people read, printed from the theory's own objects: pages, tables, figures."""
