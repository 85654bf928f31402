"""A model spine that wears a model sensor and emits real packets of the open format.

The person (``person``) plans movements (``performance``, ``exercises``) as smooth changes of a few
angles and heights (``trajectory``); ``body`` turns them into orientation and position, ``imu`` into
the readings of an imperfect sensor, ``radio`` into packets that arrive late, in bursts or never;
``source`` paces it all. What the person really did is kept beside, as the truth to compare with.
"""
