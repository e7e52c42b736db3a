"""Specifications of the seed, and the samples that they are estimated on."""

from __future__ import annotations

from functools import cache

import duckdb
import pandas as pd

from estimation import Specification, estimation_sample, read_specifications
from estimation.suites.regression import SUITE, matched_sample, matching_of
from tests.support.models import run


@cache
def full_specifications() -> pd.DataFrame:
    """The rows of the model full_specifications, made of the seeds."""
    return pd.DataFrame(run("full_specifications")["full_specifications"])


@cache
def specifications() -> dict[str, Specification]:
    """The specifications of the seed by spec_id, one a kind of standard errors."""
    return {specification.spec_id: specification for specification in read_specifications(full_specifications())}


def regression_sample(connection: duckdb.DuckDBPyConnection, made: Specification) -> pd.DataFrame:
    """The rows that a regression is fitted on, matched where it says so."""
    options = SUITE.read_options(made)
    frame = estimation_sample(connection, made, columns=SUITE.reads(made, options).columns)
    matching = matching_of(made, options)
    return matched_sample(frame, matching)[0] if matching else frame
