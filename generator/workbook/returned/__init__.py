"""A Book → the Filing in it, and what was altered on the way."""
