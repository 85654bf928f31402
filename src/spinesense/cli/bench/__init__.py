"""What ``spinesense bench`` measures."""
