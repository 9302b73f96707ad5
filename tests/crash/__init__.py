"""Kills the program at bad moments and looks at what it left behind."""
