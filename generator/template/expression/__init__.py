"""Expressions and texts of a template: parsed by Jinja, named and typed, run in a sandbox."""
