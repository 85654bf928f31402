"""What a run leaves behind: recordings, minutes, sessions in the history."""
