"""Strategy room: one file per back-end, each turning some pages of one PDF into Pages."""
