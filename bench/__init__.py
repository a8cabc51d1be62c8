"""Benchmarks of the running product: each figure beside a reference measured in the same run."""
