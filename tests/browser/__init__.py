"""Journeys of people in a real Chromium, through pages only."""
