"""Where a run gets its items from: search, connection, packet rate, second sensor."""
