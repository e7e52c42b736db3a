"""Tables of a published warehouse as files for other programs, and what it takes to repeat a study without it."""
