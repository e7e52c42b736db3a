"""The dbt-duckdb plugin of expressions: macros that paste text of a seed into SQL ask it first (macro seed_rows)."""

from __future__ import annotations

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig
from duckdb import DuckDBPyConnection


class Plugin(BasePlugin):
    """Registers expression_refusal(text) -> why it is no single expression; '' where it is one."""

    def load(self, source_config: SourceConfig) -> None:
        """Raise: it serves no source."""
        raise NotImplementedError(source_config.identifier)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function."""
        conn.create_function("expression_refusal", _refusal, ["VARCHAR"], "VARCHAR")


def _refusal(text: str) -> str:
    # takes a second, and most commands never ask
    from estimation.samples.expressions import refusal  # noqa: PLC0415

    return refusal(text)
