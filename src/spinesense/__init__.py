"""Live coaching for a sore lower back from one IMU, on the person's own machine."""
