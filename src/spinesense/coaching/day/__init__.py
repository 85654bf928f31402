"""The day as minutes: their log, the summary of a day and a week, the time the sensor was worn."""
