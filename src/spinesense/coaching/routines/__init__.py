"""What a routine is: read, review, write and describe it, and plan its sets."""
