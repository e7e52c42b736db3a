-- Detectors cell_contradicted, cell_contradicted_edge and cell_odd: values that evidence accuses (accused_values).
-- Contradicted, and kept out, is what two independent pieces of evidence prove: its own series and an identity of its
-- own year, or its own series on both sides and a twin, or two of its kin, whose ratio to it is off by as much; and
-- nothing clears it. In the first and the last year one partner will do where the value is far off. Odd is what scores
-- as much as few innocent values do. Powers of ten and exchange rates that other detectors keep out already are left to
-- them.
with

detectors as (
    select * from {{ ref('detectors') }}
),

found as (
    select * from {{ ref('cell_spike_findings') }}
    where severity = 'quarantine'
    union all
    select * from {{ ref('cell_currency_findings') }}
),

left_over as (
    select accused.*
    from {{ ref('accused_values') }} as accused
    anti join found
        on {{ same_observation('accused', 'found') }}
)

select
    {{ finding_columns(
        'left_over', 'left_over.place_code', 'left_over.value', 'left_over.expected', 'left_over.deviation',
        "case when left_over.is_rate then 'not the ' || round(left_over.expected, 2) else "
        ~ "round(left_over.value / left_over.expected, 3) || ' times the ' || round(left_over.expected, 4) end"
        ~ " || ' that its nearest years expect (' || round(left_over.surprise, 1) || ' scales)'"
        ~ " || coalesce('; against it ' || left_over.evidence_against, '')"
        ~ " || coalesce('; for it ' || left_over.evidence_for, '')"
        ~ " || coalesce('; continues the series of ' || left_over.exchanged_place, '')"
        ~ " || coalesce('; continues the series of ' || left_over.exchanged_indicator, '')"
        ~ " || coalesce('; the same number as in ' || left_over.copied_place, '')"
    ) }}
from left_over
inner join detectors as detector
    on detector.detector = case
        when left_over.is_proved then 'cell_contradicted'
        when left_over.is_proved_at_edge then 'cell_contradicted_edge'
        else 'cell_odd'
    end
