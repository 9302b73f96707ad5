"""WIRES: settings, the one real clock, the parts put together, the command line, the demo.

The only package that may know all the others.
"""
