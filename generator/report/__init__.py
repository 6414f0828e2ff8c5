"""Results for people, in no program's terms: pages of tables, charts, JSON, and the terminal."""
