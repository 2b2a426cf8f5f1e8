"""What only maintainers run: called by make, tested, and not in the wheel."""
