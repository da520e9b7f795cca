"""Events of runs on their way to those who want to know: an outbox in the store, and who empties it."""
