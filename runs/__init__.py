"""Runs: what a build was made of, and what earlier builds of the same warehouse estimated.

A build replaces the warehouse, so its history lies beside it, one Parquet file a run, and is only ever added to.
"""
