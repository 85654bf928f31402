"""How the sensor sits on the person: calibrated, or inferred; and whether it moved."""
