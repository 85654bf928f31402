"""Pure rules of the coach: exercises, routines, sessions, cues, safety, sitting. Time is data."""
