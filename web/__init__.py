"""ASKS: the doors for programs (api/v1) and people (pages); empty until they are built."""
