"""The gate before estimation: panels, indices and marts, before a regression reads them."""

import gates


def model(dbt, session):
    dbt.config(materialized="table")
    return gates.evaluated(
        "panel",
        dbt.ref("expectation_suites").df(),
        dbt.ref("expectations").df(),
        {
            # the models of this room, in which SQL prepares what is expected
            "missing_by_year": dbt.ref("missing_by_year"),
            "quantile_changes": dbt.ref("quantile_changes"),
            "identity_shares": dbt.ref("identity_shares"),
            "series_steps": dbt.ref("series_steps"),
            "quarantine_shares": dbt.ref("quarantine_shares"),
            # what data do wrong, as lists
            "findings": dbt.ref("findings"),
            "identity_findings": dbt.ref("identity_findings"),
            "notices": dbt.ref("notices"),
            "rejects": dbt.ref("rejects"),
            "unmapped_headers": dbt.ref("unmapped_headers"),
            "wage_record_ledger": dbt.ref("wage_record_ledger"),
            "wage_record_rejects": dbt.ref("wage_record_rejects"),
            # panels
            "boundary_changes": dbt.ref("boundary_changes"),
            "city_panel": dbt.ref("city_panel"),
            "panel_quality": dbt.ref("panel_quality"),
            "province_panel": dbt.ref("province_panel"),
            # indices
            "city_employment": dbt.ref("city_employment"),
            "city_fiscal": dbt.ref("city_fiscal"),
            "city_income_surveys": dbt.ref("city_income_surveys"),
            "city_income_theil": dbt.ref("city_income_theil"),
            "city_industry_structure": dbt.ref("city_industry_structure"),
            "city_inequality": dbt.ref("city_inequality"),
            "city_population": dbt.ref("city_population"),
            "city_productivity": dbt.ref("city_productivity"),
            "city_real_gdp": dbt.ref("city_real_gdp"),
            "city_trade": dbt.ref("city_trade"),
            "city_wage_inequality": dbt.ref("city_wage_inequality"),
            "city_wages": dbt.ref("city_wages"),
            "gdp_level_breaks": dbt.ref("gdp_level_breaks"),
            "per_capita_basis": dbt.ref("per_capita_basis"),
            "policy_exposure": dbt.ref("policy_exposure"),
            "policy_quality": dbt.ref("policy_quality"),
            "province_income_theil": dbt.ref("province_income_theil"),
            "province_industry_structure": dbt.ref("province_industry_structure"),
            "province_inequality": dbt.ref("province_inequality"),
            "province_real_gdp": dbt.ref("province_real_gdp"),
            "province_trade": dbt.ref("province_trade"),
            # marts
            "city_convergence": dbt.ref("city_convergence"),
            "import_inequality": dbt.ref("import_inequality"),
            "innovative_city": dbt.ref("innovative_city"),
            "sample_flow": dbt.ref("sample_flow"),
            "trade_wage_share": dbt.ref("trade_wage_share"),
        },
        say=lambda line: print(f"  {line}", flush=True),
    )
