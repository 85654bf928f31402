"""What the screens are made of: each takes values and draws them, and knows nothing else."""
