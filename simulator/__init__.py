"""Dynamics: vehicles, travellers and events over time."""
