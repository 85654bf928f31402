"""The Polar Verity Sense: its measurement frames and how it is started."""
