"""The history: one SQLite file of sessions, days and the diary."""
