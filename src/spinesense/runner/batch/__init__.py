"""Whole recordings at once: open, analyse, score, refine."""
