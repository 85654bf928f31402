"""What fills the terminal: one module a screen, its style sheet beside it."""
