"""Own the tests."""
