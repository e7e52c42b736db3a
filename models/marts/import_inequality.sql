-- Study mart: imports, technology and the urban-rural Theil index of provinces. Columns are named as the study
-- names them; its YAML says what each is.
with

panel as (
    select * from {{ ref('province_panel') }}
),

inequality as (
    select * from {{ ref('province_inequality') }}
),

industry_structure as (
    select * from {{ ref('province_industry_structure') }}
),

trade as (
    select * from {{ ref('province_trade') }}
),

coasts as (
    select * from {{ ref('place_groups') }}
    where grouping = 'coastal'
),

variables as (
    select
        panel.province_code,
        panel.province_name_zh,
        panel.province_name_en,
        panel.year,
        {{ in_study_places('import_inequality', 'panel.province_code') }} as is_study_province,
        {{ in_study_window('import_inequality', 'panel.year') }} as is_published_window,
        inequality.theil as tar,
        inequality.income_ratio,
        {{ log_or_null('panel.imports_100m_cny') }} as ln_import,
        {{ log_or_null('panel.trade_total_100m_cny') }} as ln_trade,
        {{ log_or_null('panel.exp_science_100m_cny') }} as ln_inno,
        inequality.urban_share as urban,
        industry_structure.industry_ratio as ind,
        {{ log_or_null('trade.fdi_actual_100m_cny') }} as ln_fdi,
        {{ log_or_null('panel.foreign_enterprise_investment_100m_cny') }} as ln_fdi_as_published,
        {{ log_or_null('trade.gdp_per_resident_cny') }} as ln_pgdp,
        panel.unemployment_rate_pct as unemployment,
        trade.import_openness as intrd,
        trade.trade_openness as trdgdp,
        industry_structure.rd_intensity as tec,
        trade.gdp_per_resident_cny,
        panel.exp_science_100m_cny,
        coasts.group_name as coast,
        panel.spliced_indicators,
        panel.flagged_indicators
    from panel
    left join inequality on panel.province_code = inequality.province_code and panel.year = inequality.year
    left join industry_structure
        on panel.province_code = industry_structure.province_code
        and panel.year = industry_structure.year
    left join trade on panel.province_code = trade.province_code and panel.year = trade.year
    left join coasts on panel.province_code = coasts.place_code
),

samples as (
    select
        *,
        is_study_province and is_published_window as in_published_sample
    from (
        {{ filled('variables', 'import_inequality', 'province', [
            'tar', 'income_ratio', 'ln_import', 'ln_trade', 'ln_inno', 'urban', 'ind', 'ln_fdi', 'ln_fdi_as_published',
            'ln_pgdp', 'unemployment', 'intrd', 'tec'
        ], {
            'ln_import': ['ln_import_x_ln_inno', 'ln_import_x_ln_inno_centred'],
            'ln_inno': ['ln_import_x_ln_inno', 'ln_import_x_ln_inno_centred']
        }) }}
    )
),

province_means as (
    select
        province_code,
        {{ ordered_mean('gdp_per_resident_cny') }} as gdp_per_resident_cny
    from samples
    where in_published_sample
    group by province_code
),

grouped as (
    select
        samples.*,
        {{ above_sample_mean('samples.gdp_per_resident_cny', 'samples.in_published_sample') }} as is_developed,
        province_means.gdp_per_resident_cny
        > {{ ordered_mean('samples.gdp_per_resident_cny') }} filter (where samples.in_published_sample) over ()
            as is_developed_province,
        {{ above_sample_mean('samples.exp_science_100m_cny', 'samples.in_published_sample') }} as is_high_technology,
        {{ above_sample_mean('samples.trdgdp', 'samples.in_published_sample') }} as is_high_openness,
        {{ lag_years('samples.ln_import', 'samples.province_code', 1, 'samples.year') }} as l_ln_import,
        {{ lag_years('samples.ln_trade', 'samples.province_code', 1, 'samples.year') }} as l_ln_trade,
        {{ lag_years('samples.ln_inno', 'samples.province_code', 1, 'samples.year') }} as l_ln_inno,
        {{ centred_product('samples.ln_import', 'samples.ln_inno', 'samples.in_published_sample') }}
            as ln_import_x_ln_inno_centred
    from samples
    left join province_means on samples.province_code = province_means.province_code
)

select
    province_code,
    province_name_zh,
    province_name_en,
    year,
    is_study_province,
    is_published_window,
    in_published_sample,
    {{ all_present([
        'tar', 'ln_import', 'ln_inno', 'urban', 'ind', 'ln_fdi_as_published', 'ln_pgdp', 'unemployment'
    ]) }} as is_complete,
    tar,
    income_ratio,
    ln_import,
    ln_inno,
    ln_import * ln_inno as ln_import_x_ln_inno,
    ln_import_x_ln_inno_centred,
    urban,
    ind,
    ln_fdi,
    ln_fdi_as_published,
    ln_pgdp,
    unemployment,
    intrd,
    tec,
    l_ln_import,
    l_ln_inno,
    ln_trade,
    l_ln_trade,
    trdgdp,
    coast,
    is_developed,
    is_developed_province,
    is_high_technology,
    is_high_openness,
    interpolated_columns,
    spliced_indicators,
    flagged_indicators
from grouped
