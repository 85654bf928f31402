"""Angles of the trunk in the person's frame, and lumbar flexion from two sensors."""
