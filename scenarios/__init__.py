"""Composition: which city, which fleets, which day."""
