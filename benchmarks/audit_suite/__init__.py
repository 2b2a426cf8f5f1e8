"""What ``audit.py`` measures audits on: ``models``, healthy ones and defects; and ``modern``."""
