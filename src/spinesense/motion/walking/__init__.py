"""Steps, walking bouts, and which way is up while walking."""
