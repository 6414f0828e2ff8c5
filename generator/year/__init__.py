"""The year: what months and stages give when they lie together."""
