"""Sitting and standing told apart: travel between rests, tilt, sway, and what they add up to."""
