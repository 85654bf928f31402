"""What several decoders share: clocks that wrap, rows of samples, streams that must be joined."""
