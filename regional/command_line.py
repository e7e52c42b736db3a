"""`regional`: build a warehouse, and look at its specifications and regression tables.

    build              build a warehouse from a data folder, and publish it when it is complete
    update             build what changed since (a specification, a model ...), and publish
    versions           the published version and those before it that are kept
    rollback           publish the version before, or one of those, again
    list               every specification, with its status
    run SPEC_ID        fit one specification afresh from its mart, with the printed numbers beside
    fit                fit a regression of your own, given as a formula over a mart
    table STUDY TABLE  a published table, ours beside the print, printed or as a file for a paper
    figure [NAME]      a figure as SVG or PNG, with labels in English or Chinese; without a name, those that there are
    report             a site of plain pages on the warehouse, in English and Chinese, beside it or in a folder
    causal             every causal specification (event studies, placebos, curves), with its status
    explore            the explorer on this machine: series, cells behind values, specifications changed
    export TABLE       a table as a file for Stata, Excel, R or Python (--all: every panel, mart and index)
    package STUDY      a replication package of a study, as one zip
    query FILE         the rows of a SQL file, such as those in analysis/: one query, no file but the warehouse
    docs               dbt docs of the warehouse, as a page beside it: models, columns, what reads what
    summary            where the warehouse is, what it holds in short, and what to ask it first

The warehouse is that of REGIONAL_WAREHOUSE or --warehouse, default build/regional.duckdb; all but build, update and
rollback open it read-only and shut off from files, network and settings, whoever made it. The data folder is that of
REGIONAL_DATA or --data, default data/demo; several stand with the path separator between them (`a:b`), each with its
own manifest or read by the catalogue.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import duckdb

from regional.commands import (
    building,
    dbt_docs,
    explore,
    export,
    figure,
    fit,
    overview,
    package,
    published_table,
    query,
    question,
    report,
    versions,
)
from regional.software import project_version
from reporting.errors import UsageError
from reporting.warehouse import default_warehouse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
        sys.stdout.flush()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except duckdb.Error as error:
        # a warehouse of another version, or somebody else's: a table is not as this command expects it
        print(f"{options.warehouse} cannot be read as a warehouse: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has seen enough, as `head` does. What is left goes nowhere: the flush at exit would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="regional", description="Build a warehouse, and look at its regressions.")
    default = default_warehouse()
    parser.add_argument("--version", action="version", version=project_version())
    parser.add_argument("--warehouse", default=default, help=f"DuckDB file (default {default})")
    commands = parser.add_subparsers(required=True)
    looking = (overview, fit, question, published_table, figure, report, explore, query)
    for group in (building, versions, *looking, export, package, dbt_docs):
        group.add_to(commands)
    # `regional list --warehouse W` says the same as `regional --warehouse W list`.
    for command in commands.choices.values():
        command.add_argument("--warehouse", default=argparse.SUPPRESS, help=f"DuckDB file (default {default})")
    return parser
