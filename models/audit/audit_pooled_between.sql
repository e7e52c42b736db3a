-- The coefficient of the whole lies among those of its parts (exhaustive partitions). Not a law: year effects and
-- controls are estimated anew in each part, so that outside is implausible, not impossible. Left out: the constant, and
-- the main effects of an interaction centred on its sample, which are slopes at another point in every sample.
with

parts as (
    select * from {{ ref('partition_parts') }}
    where is_exhaustive
),

coefficients as (
    select * from {{ ref('printed_coefficients') }}
),

part_counts as (
    select
        study,
        partition,
        count(*) as parts
    from parts
    group by study, partition
),

ranges as (
    select
        parts.study,
        parts.partition,
        parts.whole_table_number,
        parts.whole_column_number,
        parts.whole_regressors,
        coefficients.term,
        min(coefficients.estimate_low) as lowest,
        max(coefficients.estimate_high) as highest,
        string_agg({{ shown('coefficients.estimate') }}, ', ' order by parts.table_number, parts.column_number)
            as range_text,
        list(coefficients.estimate_key order by parts.table_number, parts.column_number) as part_keys,
        count(*) as parts_with_term,
        max(part_counts.parts) as parts_in_all
    from parts
    inner join coefficients
        on parts.study = coefficients.study
        and parts.table_number = coefficients.table_number
        and parts.column_number = coefficients.column_number
    inner join part_counts
        on parts.study = part_counts.study
        and parts.partition = part_counts.partition
    where coefficients.term <> 'constant'
    group by all
)

select
    ranges.study,
    'pooled_between' as check_kind,
    ranges.whole_table_number as table_number,
    ranges.whole_column_number as column_number,
    ranges.term,
    ranges.partition as subject,
    wholes.estimate as printed_value,
    ranges.lowest as implied_low,
    ranges.highest as implied_high,
    {{ audit_verdict(
        intervals_meet('wholes.estimate_low', 'wholes.estimate_high', 'ranges.lowest', 'ranges.highest'), "'implausible'"
    ) }} as verdict,
    'the parts have ' || ranges.range_text || '; the whole ' || {{ shown('wholes.estimate') }} as arithmetic,
    list_append(ranges.part_keys, wholes.estimate_key) as numbers_used
from ranges
inner join coefficients as wholes
    on ranges.study = wholes.study
    and ranges.whole_table_number = wholes.table_number
    and ranges.whole_column_number = wholes.column_number
    and ranges.term = wholes.term
where
    ranges.parts_with_term = ranges.parts_in_all
    and not list_bool_or(
        list_transform(
            coalesce(ranges.whole_regressors, []),
            lambda regressor: regexp_matches(regressor, 'centred_product\([^)]*\b' || ranges.term || '\b')
            and not starts_with(regressor, ranges.term || ' ')
        )
    ) is true
