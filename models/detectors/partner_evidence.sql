-- What the partners of a suspect say: the same indicator in the other scope, its kin (seed partner_rules, both ways),
-- and its rivals (the same observation in another vintage). The logarithm of value over partner, both less the median
-- of their year, against the median of that ratio in the four nearest years that both have. A ratio off as the value is
-- accuses the value; a ratio that held, while the value moved, clears it. Whether the ratio is steady
-- enough to tell is said by its spread, and by half the scale of the suspect.
with

expected_values as (
    select * from {{ ref('expected_values') }}
),

suspects as (
    select * from {{ ref('suspect_values') }}
),

kin as (
    select
        indicator,
        partner
    from {{ ref('partner_rules') }}
    union
    select
        partner as indicator,
        indicator as partner
    from {{ ref('partner_rules') }}
),

suspects_of_kin as (
    select
        suspects.*,
        kin.partner
    from suspects
    inner join kin on suspects.indicator = kin.indicator
),

links as (
    {%- for evidence, source, is_partner in [
        ('scope', 'suspects', 'suspects.indicator = partners.indicator and suspects.vintage = partners.vintage'
         ~ ' and suspects.scope <> partners.scope'),
        ('kin', 'suspects_of_kin', 'suspects.partner = partners.indicator and suspects.vintage = partners.vintage'
         ~ ' and suspects.scope = partners.scope'),
        ('rival', 'suspects', 'suspects.indicator = partners.indicator and suspects.vintage <> partners.vintage'
         ~ ' and suspects.scope = partners.scope'),
    ] %}
        select
            suspects.file_id,
            suspects.place_level,
            suspects.place_code,
            suspects.indicator,
            suspects.scope,
            suspects.vintage,
            suspects.year,
            suspects.deviation,
            suspects.scale,
            '{{ evidence }}' as evidence,
            partners.indicator as partner,
            partners.scope as partner_scope,
            partners.vintage as partner_vintage,
            suspects.centred_value - partners.centred_value as log_ratio
        from {{ source }} as suspects
        inner join expected_values as partners
            on suspects.place_code = partners.place_code
            and suspects.year = partners.year
            and {{ is_partner }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

series as (
    select
        place_code,
        indicator,
        scope,
        vintage,
        list(cast(year as integer)) as years,
        map(list(cast(year as integer)), list(centred_value)) as values_by_year
    from expected_values
    group by all
),

near_ratios as (
    select
        links.*,
        list_transform(
            list_sort(
                list_transform(
                    list_filter(
                        own.years,
                        lambda near: near <> links.year
                        and abs(near - links.year) <= 6
                        and map_contains(partners.values_by_year, near)
                    ),
                    lambda near: [
                        abs(near - links.year), near, own.values_by_year[near] - partners.values_by_year[near]
                    ]
                )
            )[:4],
            lambda near: near[3]
        ) as near_ratios
    from links
    inner join series as own
        on links.place_code = own.place_code
        and links.indicator = own.indicator
        and links.scope = own.scope
        and links.vintage = own.vintage
    inner join series as partners
        on links.place_code = partners.place_code
        and links.partner = partners.indicator
        and links.partner_scope = partners.scope
        and links.partner_vintage = partners.vintage
),

ratios as (
    select
        *,
        list_median(near_ratios) as expected_ratio
    from near_ratios
    where len(near_ratios) >= 2
)

select
    file_id,
    place_level,
    place_code,
    indicator,
    scope,
    vintage,
    year,
    evidence,
    partner,
    partner_scope,
    partner_vintage,
    deviation,
    log_ratio - expected_ratio as contradiction,
    sqrt(
        pow(list_avg(list_transform(near_ratios, lambda near: abs(near - expected_ratio))), 2)
        + pow(scale / 2, 2)
    ) as contradiction_scale
from ratios
