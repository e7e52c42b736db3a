-- The evidence for and against each suspect, weighed (seed evidence_weights): one score, in units of surprise. Evidence
-- against deviates as the value does, in sign and within 0.6 to 1.6 times its size, and by more than four of its own
-- scales; evidence for stayed within 0.35 of the deviation and could have seen it. Sums say nothing for
-- two values that were exchanged within them, since an exchange leaves a sum as it was; nor do sums and quotients for a
-- number of seven digits that another city has as well: whoever added up and divided had it before him.
with

evidence as (
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
        deviation,
        contradiction,
        contradiction_scale
    from {{ ref('partner_evidence') }}
    union all
    select * from {{ ref('identity_evidence') }}
),

judged as (
    select
        *,
        abs(contradiction) / contradiction_scale as surprise,
        contradiction * deviation > 0
        and abs(contradiction) between 0.6 * abs(deviation) and 1.6 * abs(deviation) as is_alike,
        contradiction_scale < 0.35 * abs(deviation) and abs(contradiction) < 0.35 * abs(deviation) as is_for,
        evidence in ('scope', 'kin', 'rival') as is_partner,
        evidence || ' ' || partner as relation
    from evidence
),

exchanges as (
    select
        file_id,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year,
        max(other) filter (where exchange = 'rows') as exchanged_place,
        max(other) filter (where exchange = 'columns') as exchanged_indicator,
        max(other) filter (where exchange = 'copy') as copied_place,
        max(gain) filter (where exchange <> 'copy') as exchange_gain,
        max(gain) filter (where exchange = 'copy') as copied_digits
    from {{ ref('exchanged_values') }}
    group by all
),

bound as (
    select
        judged.*,
        judged.is_alike and judged.surprise > 4 as is_against,
        judged.is_for
        and not (exchanges.exchanged_place is not null and judged.evidence = 'cities_sum')
        and not (exchanges.exchanged_indicator is not null and judged.evidence = 'sum')
        and not (coalesce(exchanges.copied_digits > 6, false) and not judged.is_partner) as is_for_it
    from judged
    left join exchanges
        on {{ same_observation('judged', 'exchanges') }}
),

counted as (
    select
        file_id,
        place_level,
        place_code,
        indicator,
        scope,
        vintage,
        year,
        coalesce(max(surprise) filter (where is_partner and is_alike), 0) as partner_surprise,
        count(distinct relation) filter (where is_against) as relations_against,
        count(distinct evidence) filter (where is_against and not is_partner) as identities_against,
        coalesce(bool_or(is_against and evidence in ('scope', 'rival')), false) as is_twin_against,
        coalesce(bool_or(is_for_it and evidence in ('scope', 'kin')), false) as is_partner_for,
        coalesce(bool_or(is_for_it and (evidence = 'rival' or not is_partner)), false) as is_identity_for,
        string_agg(distinct relation, ', ' order by relation) filter (where is_against) as evidence_against,
        string_agg(distinct relation, ', ' order by relation) filter (where is_for_it) as evidence_for
    from bound
    group by all
),

weighed as (
    select
        suspects.*,
        coalesce(counted.partner_surprise, 0) as partner_surprise,
        coalesce(counted.relations_against, 0) as relations_against,
        coalesce(counted.identities_against, 0) as identities_against,
        coalesce(counted.is_twin_against, false) as is_twin_against,
        coalesce(counted.is_partner_for, false) as is_partner_for,
        coalesce(counted.is_identity_for, false) as is_identity_for,
        counted.evidence_against,
        counted.evidence_for,
        exchanges.exchanged_place,
        exchanges.exchanged_indicator,
        exchanges.copied_place,
        exchanges.exchange_gain,
        exchanges.copied_digits
    from {{ ref('suspect_values') }} as suspects
    left join counted
        on {{ same_observation('suspects', 'counted') }}
    left join exchanges
        on {{ same_observation('suspects', 'exchanges') }}
)

select
    *,
    case
        when is_edge then {{ evidence_weight('own_series_at_edge', 'surprise') }}
        else {{ evidence_weight('own_series', 'surprise') }}
    end
    + {{ evidence_weight('factor', 'abs(deviation)') }}
    + {{ evidence_weight('partner_against', 'partner_surprise') }}
    + {{ evidence_weight('partners_against', 'relations_against') }}
    + case when is_partner_for then {{ evidence_weight('partner_for') }} else 0 end
    + identities_against * {{ evidence_weight('identity_against') }}
    + case when is_identity_for then {{ evidence_weight('identity_for') }} else 0 end
    + case
        when exchanged_indicator is not null or (exchanged_place is not null and not is_partner_for)
            then {{ evidence_weight('exchanged') }}
        else 0
    end
    + case when copied_place is not null then {{ evidence_weight('copied', 'copied_digits') }} else 0 end as score
from weighed
