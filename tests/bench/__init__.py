"""Measure a node against baselines in the same minute, and print ratios: ``python -m tests.bench``."""
