"""Puts a run together: the sensor, the routine, what is recorded and kept."""
