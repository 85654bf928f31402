"""What an exercise is: its schema and the shipped catalogue."""
