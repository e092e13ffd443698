"""Formats in and out: every file another program writes or reads."""
