"""Checks, family by family."""
