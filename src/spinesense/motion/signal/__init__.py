"""Packets in, evenly timed ticks out: order, clock, gaps, faults of the signal."""
