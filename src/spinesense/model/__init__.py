"""The words every room may use: frozen records and their checks. Nothing here acts."""
