"""A coached session: phases, sets, pacing, faults, unsafe moves and what is said of them."""
