"""What changes from day to day: dose, frequency, red flags, endurance."""
