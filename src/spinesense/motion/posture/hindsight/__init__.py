"""Postures of a whole recording: segments, forward-backward smoothing, refined times."""
