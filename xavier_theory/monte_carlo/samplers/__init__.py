"""What the experiments of theorems draw."""
