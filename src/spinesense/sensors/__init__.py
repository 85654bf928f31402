"""Where packets come from, and what the bytes of each device mean."""
