"""Software sensors that behave like real ones over Bluetooth, for proof and practice without any.

``firmware`` says what such a sensor is, the modules beside it are four of them; ``wearer`` is who
wears it, ``sensor`` runs it. ``air`` is a radio band in memory, ``peripheral`` puts a sensor on it,
``backend`` lets bleak use it, and ``link`` lends it to other processes over TCP.
"""
