"""Phones as sensors, by the apps that people have on them."""
