"""Where things are kept: recordings (MCAP), tables of samples (CSV) and the history (SQLite)."""
