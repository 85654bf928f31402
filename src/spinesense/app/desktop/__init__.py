"""The desktop around: voice, notifications, and whether the person is busy."""
