"""Joins one source to recorder, signal core and coach, and publishes snapshots.

``engine`` is the join itself and knows no clock; ``live`` and ``playback`` pace it; ``analysis``
runs it over whole recordings.
"""
