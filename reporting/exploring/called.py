"""The keys of words for what the warehouse and the formats name."""

from __future__ import annotations

from reporting.languages import Language

#: panels by place level
LEVELS = {
    "province": "explorer_level_province",
    "city": "explorer_level_city",
}
#: areas of a city by scope
SCOPES = {
    "total": "explorer_scope_total",
    "districts": "explorer_scope_districts",
}
#: what is known against a series
KINDS = {
    "break": "explorer_kind_break",
    "boundary": "explorer_kind_boundary",
    "flag": "explorer_kind_flag",
    "quarantine": "explorer_kind_quarantine",
}
#: where a value comes from
ORIGINS = {
    "reported": "explorer_origin_reported",
    "derived": "explorer_origin_derived",
    "computed": "explorer_origin_computed",
    "spliced": "explorer_origin_spliced",
}
#: units of indicators
UNITS = {
    "100m_cny": "explorer_unit_100m_cny",
    "100m_cny_2000": "explorer_unit_100m_cny_2000",
    "pct": "explorer_unit_pct",
    "10k_persons": "explorer_unit_10k_persons",
    "10k_usd": "explorer_unit_10k_usd",
    "index_previous_year_100": "explorer_unit_index_previous_year_100",
    "index_2000_1": "explorer_unit_index_2000_1",
    "persons": "explorer_unit_persons",
    "cny": "explorer_unit_cny",
    "10k_households": "explorer_unit_10k_households",
    "items": "explorer_unit_items",
    "km2": "explorer_unit_km2",
}
#: what of a specification can be changed
CHANGES = {
    "regressors": "explorer_name_regressors",
    "sample": "explorer_name_sample",
    "vcov": "explorer_name_vcov",
    "unit_effects": "explorer_name_unit_effects",
    "time_effects": "explorer_name_time_effects",
}
#: files of a changed specification by suffix
SAVED = {
    "csv": "explorer_save_csv",
    "tex": "explorer_save_tex",
    "docx": "explorer_save_docx",
}
#: files of panel rows by suffix
SAVED_ROWS = {
    "dta": "explorer_save_panel_dta",
    "xlsx": "explorer_save_panel_xlsx",
}


def joined(texts: list[str], language: Language) -> str:
    """Names in a row, with the mark of the language between them."""
    return {"en": ", ", "zh": "、"}[language].join(texts)
