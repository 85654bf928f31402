"""Sitting, standing, lying and walking; shifts, bends, vehicles and non-wear."""
