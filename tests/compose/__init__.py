"""Prove the node in containers on a real engine: ``python -m tests.compose``."""
