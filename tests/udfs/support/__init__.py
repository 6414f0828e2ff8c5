"""Support for the tests of worksheet functions."""
