"""Compiled templates: loaded, checked against the subset and against themselves, and made typed."""
