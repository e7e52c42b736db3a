-- a panel indicator over all years: where its values come from, what was kept out, how rivals agree
select
    panel_quality.place_level,
    panel_quality.scope,
    panel_quality.indicator,
    coalesce(any_value(indicators.label_en), panel_quality.indicator) as label_en,
    coalesce(any_value(indicators.label_zh), panel_quality.indicator) as label_zh,
    any_value(indicators.unit) as unit,
    min(panel_quality.year) as first_year,
    max(panel_quality.year) as last_year,
    sum(panel_quality.reported) as reported,
    sum(panel_quality.computed) as computed,
    sum(panel_quality.derived) as derived,
    sum(panel_quality.spliced) as spliced,
    sum(panel_quality.rejected) as rejected,
    sum(panel_quality.quarantined) as quarantined,
    sum(panel_quality.rivals) as rivals,
    sum(panel_quality.share_of_rivals_within_1_pct * panel_quality.rivals)
    / nullif(sum(panel_quality.rivals), 0) as share_of_rivals_within_1_pct
from ledger.panel_quality
left join reference.indicators on panel_quality.indicator = indicators.indicator
group by panel_quality.place_level, panel_quality.scope, panel_quality.indicator
order by panel_quality.place_level desc, panel_quality.scope desc, panel_quality.indicator
