"""Sensors over Bluetooth Low Energy: the radio, finding, streaming, two at once."""
