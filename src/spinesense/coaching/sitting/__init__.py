"""The sitting monitor's rules: limits, slouching and when to prompt."""
