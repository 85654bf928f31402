"""The tables of the history, and how an older history becomes a present one."""

APPLICATION_ID = 0x7370696E
"""``spin`` in ASCII: tells our databases from those of other programs (PRAGMA application_id)."""

_FIRST = (
    """
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        routine TEXT NOT NULL,
        device TEXT NOT NULL,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        recording TEXT NOT NULL,
        duration_s REAL NOT NULL,
        finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
        reason TEXT NOT NULL,
        pain_before INTEGER CHECK (pain_before BETWEEN 0 AND 10),
        pain_after INTEGER CHECK (pain_after BETWEEN 0 AND 10)
    ) STRICT
    """,
    """
    CREATE TABLE sets (
        session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        time_s REAL NOT NULL,
        exercise TEXT NOT NULL,
        set_number INTEGER NOT NULL,
        side TEXT NOT NULL,
        goal INTEGER NOT NULL,
        held_s REAL NOT NULL,
        start_s REAL NOT NULL,
        skipped INTEGER NOT NULL CHECK (skipped IN (0, 1)),
        PRIMARY KEY (session_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    # A measurement that could not be made is not a number; SQLite keeps that as NULL.
    """
    CREATE TABLE repetitions (
        session_id INTEGER NOT NULL,
        set_position INTEGER NOT NULL,
        position INTEGER NOT NULL,
        time_s REAL NOT NULL,
        number INTEGER NOT NULL,
        start_s REAL NOT NULL,
        peak_s REAL NOT NULL,
        end_s REAL NOT NULL,
        range_rad REAL,
        hold_s REAL,
        side TEXT NOT NULL,
        off_axis_rad REAL,
        smoothness REAL,
        range_sd_rad REAL,
        PRIMARY KEY (session_id, set_position, position),
        FOREIGN KEY (session_id, set_position)
            REFERENCES sets (session_id, position) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE pain (
        session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        time_s REAL NOT NULL,
        score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10),
        moment TEXT NOT NULL,
        exercise TEXT NOT NULL,
        flexion_rad REAL,
        PRIMARY KEY (session_id, position)
    ) STRICT, WITHOUT ROWID
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_SECOND = (
    # Nobody at the keyboard took part in a demonstration.
    "ALTER TABLE sessions ADD COLUMN demo INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1))",
    # The questions before the first use: flags are the ids answered with yes, with blanks between.
    """
    CREATE TABLE screenings (
        id INTEGER PRIMARY KEY,
        answered_at TEXT NOT NULL,
        flags TEXT NOT NULL,
        cleared_at TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    """
    CREATE TABLE next_days (
        session_id INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
        answered_at TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('better', 'same', 'worse'))
    ) STRICT
    """,
    # Steps of the dose; one that was undone stays, so that it is not made again.
    """
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        made_at TEXT NOT NULL,
        routine TEXT NOT NULL,
        exercise TEXT NOT NULL,
        variable TEXT NOT NULL,
        base REAL NOT NULL,
        before REAL NOT NULL,
        after REAL NOT NULL,
        instead TEXT NOT NULL,
        reason TEXT NOT NULL,
        undone_at TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    # Endurance that was entered by hand.
    """
    CREATE TABLE activities (
        id INTEGER PRIMARY KEY,
        started_at TEXT NOT NULL,
        kind TEXT NOT NULL,
        minutes REAL NOT NULL CHECK (minutes > 0)
    ) STRICT
    """,
    # Walking that the sensor saw, in a session or in the day.
    """
    CREATE TABLE walks (
        started_at TEXT NOT NULL,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        duration_s REAL NOT NULL CHECK (duration_s > 0),
        steps INTEGER NOT NULL,
        PRIMARY KEY (started_at, simulated)
    ) STRICT, WITHOUT ROWID
    """,
)

_THIRD = (
    # One stretch of wearing a sensor: as it was told at the time or, refined, again from the whole
    # recording, which is named without its folder.
    """
    CREATE TABLE watches (
        id INTEGER PRIMARY KEY,
        recording TEXT NOT NULL,
        started_at TEXT NOT NULL,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        refined INTEGER NOT NULL DEFAULT 0 CHECK (refined IN (0, 1)),
        UNIQUE (recording, started_at, refined)
    ) STRICT
    """,
    # The key begins with the moment: as ISO 8601 with the clock on the wall in front, the minutes
    # of a day stand together.
    """
    CREATE TABLE minutes (
        at TEXT NOT NULL,
        watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
        lying_s REAL NOT NULL,
        sitting_s REAL NOT NULL,
        standing_s REAL NOT NULL,
        walking_s REAL NOT NULL,
        unknown_s REAL NOT NULL,
        not_worn_s REAL NOT NULL,
        shifts INTEGER NOT NULL,
        stand_ups INTEGER NOT NULL,
        steps INTEGER NOT NULL,
        bends INTEGER NOT NULL,
        deep_bends INTEGER NOT NULL,
        held_bends INTEGER NOT NULL,
        PRIMARY KEY (at, watch_id),
        CHECK (lying_s + sitting_s + standing_s + walking_s + unknown_s + not_worn_s <= 60.0)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX minutes_of_watch ON minutes (watch_id)",
    """
    CREATE TABLE prompts (
        at TEXT NOT NULL,
        watch_id INTEGER NOT NULL REFERENCES watches (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 4),
        words TEXT NOT NULL,
        PRIMARY KEY (at, watch_id, kind, level)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX prompts_of_watch ON prompts (watch_id)",
)

_FOURTH = (
    # Wall sits and calf raises are carried by height; repetitions kept before had lost it.
    "ALTER TABLE repetitions ADD COLUMN rise_m REAL NOT NULL DEFAULT 0.0",
)

_FIFTH = (
    # From when on the recording of a session has nothing, and why; empty when it has all.
    "ALTER TABLE sessions ADD COLUMN unrecorded TEXT NOT NULL DEFAULT ''",
)

_SIXTH = (
    # The pain score that ended a session; of earlier ones it was the last that was given.
    "ALTER TABLE sessions ADD COLUMN pain_stop INTEGER CHECK (pain_stop BETWEEN 0 AND 10)",
    """
    UPDATE sessions SET pain_stop = (
        SELECT score FROM pain WHERE session_id = sessions.id ORDER BY position DESC LIMIT 1
    ) WHERE NOT finished AND (
        reason LIKE 'Today, rest.%' OR reason LIKE 'Stop here and rest.%'
        OR reason LIKE 'Your back has hurt for more%'
    )
    """,
)

_SEVENTH = (
    # What was done in a set and is no repetition; sessions kept before have none.
    """
    CREATE TABLE uncounted (
        session_id INTEGER NOT NULL,
        set_position INTEGER NOT NULL,
        position INTEGER NOT NULL,
        time_s REAL NOT NULL,
        start_s REAL NOT NULL,
        peak_s REAL NOT NULL,
        end_s REAL NOT NULL,
        range_rad REAL,
        why TEXT NOT NULL,
        PRIMARY KEY (session_id, set_position, position),
        FOREIGN KEY (session_id, set_position)
            REFERENCES sets (session_id, position) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _SECOND,
    _THIRD,
    _FOURTH,
    _FIFTH,
    _SIXTH,
    _SEVENTH,
)
"""Statements that lead from version n (``PRAGMA user_version``) to n + 1. Never change one that
has been released: append another."""
