"""How long landing and a build take, and how much memory: `python -m benchmarks.run` writes results.md."""
