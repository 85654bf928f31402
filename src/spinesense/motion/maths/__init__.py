"""Vectors, quaternions, sliding windows and likelihoods, without state of their own."""
