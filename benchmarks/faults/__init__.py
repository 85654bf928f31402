"""What the program does when things break: each question in a file, one table for all.

``python -m benchmarks.faults [--full] [--only QUESTION] [--json]``
"""
