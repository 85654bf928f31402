"""Tables of samples and exports of other programs."""
