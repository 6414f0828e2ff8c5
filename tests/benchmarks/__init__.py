"""How fast the pieces are, beside their peers; never run by the tests."""
