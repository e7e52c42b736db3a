"""Lines below a table that are no data: what they begin with, in files of the statistics bureau and elsewhere."""

from __future__ import annotations

import re

NOTE_LINE = re.compile(
    r"\s*(?:注|说明|数据来源|资料来源|数据库|note|source|data source|database)\s*[:：0-9.].*", re.IGNORECASE | re.DOTALL
)
