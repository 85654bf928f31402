"""Repetitions and isometric holds: excursions, onsets, plateaus, vertical movements."""
