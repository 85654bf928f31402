"""The terminal face: shows snapshots, sends intents, computes nothing."""
