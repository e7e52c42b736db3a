-- Where do two sources of the same number differ most?
-- Values that were not chosen, against the chosen ones of the panel, by indicator and pair of vintages: those of one
-- vintage that differ are errors of a source, those of two vintages may be a revision.
with

settings as (
    select
        20 as fewest_pairs,
        0.01 as agreement
)

select
    rivals.place_level,
    rivals.indicator,
    rivals.chosen_vintage,
    rivals.vintage as rival_vintage,
    count(*) as pairs,
    round(100 * avg((abs(rivals.relative_difference) <= settings.agreement)::integer), 1) as agree_pct,
    round(100 * median(abs(rivals.relative_difference)), 2) as median_difference_pct,
    round(100 * quantile_cont(abs(rivals.relative_difference), 0.95), 1) as p95_difference_pct
from observations.rival_observations as rivals
cross join settings
where rivals.scope = 'total' and rivals.relative_difference is not null
group by rivals.place_level, rivals.indicator, rivals.chosen_vintage, rivals.vintage
having count(*) >= any_value(settings.fewest_pairs)
order by agree_pct asc, pairs desc, rivals.place_level asc, rivals.indicator asc, rival_vintage asc, chosen_vintage asc
limit 25
