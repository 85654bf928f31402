"""Recordings: their layout, written, read, and read on both sides of damage."""
