"""``python -m xavier_theory`` is the command ``xavier-theory``."""

from xavier_theory.cli import main

if __name__ == "__main__":
    main()
