-- Every row of a list of policies with its city, year and confidence resolved, or the reason why it is rejected. Places
-- are resolved as in any file about cities, in the year of the policy; a province or a district is no city.
with

texts as (
    select
        *,
        {{ normalise_text('policy_text') }} as policy,
        {{ strict_year('year_text') }} as year,
        {{ normalise_text('confidence_text') }} as confidence
    from {{ ref('landed_policy_rows') }}
)

select
    texts.file_id,
    texts.sheet,
    texts.row_number,
    texts.column_number,
    texts.place_text,
    texts.policy_text,
    texts.year_text,
    texts.confidence_text,
    texts.policy,
    texts.year,
    texts.batch,
    texts.source,
    texts.confidence,
    places.place_code,
    case
        when texts.problem is not null then texts.problem
        when texts.policy is null then 'no policy'
        when places.place_code is null and places.place_level is not null then 'ambiguous place'
        when places.place_code is null then 'unknown place'
        when places.place_level <> 'city' then 'place is no city'
        when texts.year is null then 'year is not a number'
        when not {{ is_data_year('texts.year') }} then 'year out of range'
        when texts.confidence is null or texts.confidence not in ('sourced', 'recalled') then 'unknown confidence'
        when texts.confidence = 'sourced' and texts.source is null then 'sourced without a source'
    end as reject_reason
from texts
left join {{ ref('place_resolution') }} as places
    on texts.file_id = places.file_id
    and texts.place_text = places.place_text
    and texts.year_text = places.year_text
