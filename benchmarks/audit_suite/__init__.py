"""What ``audit.py`` measures audits on: ``models``, healthy ones and defects; ``modern`` ones."""
