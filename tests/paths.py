"""Where the tests find what they read."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "recordings"
SHARED = ROOT.parent / "shared"
"""Measured recordings beside the checkout; tests that need them skip where there are none."""
