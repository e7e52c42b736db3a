"""Gates: what has to be true of the data before a build goes on, as suites of expectations that are rows of seeds.

A suite is a table, or rows of it, and expectations about it (seeds/gates). Great Expectations evaluates them; the
models of models/gates are the nodes of the graph at which it does. What a build finds stands in the table
expectation_results, and as pages beside the warehouse (gates.data_docs).
"""

from gates.evaluation import evaluated

__all__ = ["evaluated"]
