-- How large the sample of each estimated regression can be: the rows, units and periods of its mart that meet its
-- sample rule, counted here and not where it was fitted; and how large it was.
{{ depends_on_study_marts() }}
{%- set samples = samples_of_estimated(ref('fits'), ref('full_specifications')) %}
with

rules as (
    {%- for (mart, sample, unit_column, time_column) in samples %}
        select
            {{ text_literal(mart) }} as mart,
            {{ text_literal(sample) }} as sample,
            count(*) as sample_rows,
            count(distinct {{ unit_column }}) as sample_units,
            count(distinct {{ time_column }}) as sample_periods
        from {{ mart }}
        where {{ sample }}
        {{ 'union all' if not loop.last }}
    {%- else %}
        select
            '' as mart,
            '' as sample,
            0 as sample_rows,
            0 as sample_units,
            0 as sample_periods
    {%- endfor %}
)

select
    fits.study,
    fits.spec_id,
    specifications.mart,
    specifications.sample,
    fits.n,
    fits.n_units,
    fits.n_periods,
    fits.df_residual,
    rules.sample_rows,
    rules.sample_units,
    rules.sample_periods
from {{ ref('fits') }} as fits
inner join {{ ref('full_specifications') }} as specifications on fits.spec_id = specifications.spec_id
left join rules
    on specifications.mart = rules.mart
    and specifications.sample = rules.sample
where fits.status = 'estimated'
