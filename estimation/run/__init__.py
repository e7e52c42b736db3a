"""Specifications in, long rows out: the registry of suites, the runner, and the cache of what it returned."""
