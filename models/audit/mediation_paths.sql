-- The three coefficients of a published mediation as intervals: delta of x on the mediator, theta of the mediator and
-- phi of x on the outcome, and the total effect of x, with the numbers of observations of the three columns.
with

mediations as (
    select
        *,
        cast(mediator_column as varchar) as mediator_key,
        cast(outcome_column as varchar) as outcome_key,
        cast(total_column as varchar) as total_key
    from {{ ref('published_mediations') }}
),

coefficients as (
    select
        coefficients.*,
        fits.n,
        fits.n_key
    from {{ ref('printed_coefficients') }} as coefficients
    left join {{ ref('printed_columns') }} as fits
        on coefficients.study = fits.study
        and coefficients.table_number = fits.table_number
        and coefficients.column_number = fits.column_number
),

paths as (
    select
        mediations.study,
        mediations.mediator,
        mediations.treatment,
        mediations.outcome_table as table_number,
        mediations.outcome_key as column_number,
        mediations.claimed_sign,
        mediations.share_claim,
        delta.estimate as delta,
        theta.estimate as theta,
        phi.estimate as phi,
        phi.estimate_low as phi_low,
        phi.estimate_high as phi_high,
        total.estimate as total,
        total.estimate_low as total_low,
        total.estimate_high as total_high,
        total.se_high as total_se_high,
        delta.n as mediator_n,
        phi.n as outcome_n,
        total.n as total_n,
        {{ product_low('delta.estimate_low', 'delta.estimate_high', 'theta.estimate_low', 'theta.estimate_high') }}
            as indirect_low,
        {{ product_high('delta.estimate_low', 'delta.estimate_high', 'theta.estimate_low', 'theta.estimate_high') }}
            as indirect_high,
        [delta.estimate_key, theta.estimate_key] as indirect_keys,
        phi.estimate_key as phi_key,
        total.estimate_key as total_estimate_key,
        [delta.n_key, phi.n_key, total.n_key] as n_keys
    from
        mediations
    {%- for coefficient, equation, term in [
        ('delta', 'mediator', 'treatment'),
        ('theta', 'outcome', 'mediator'),
        ('phi', 'outcome', 'treatment'),
        ('total', 'total', 'treatment'),
    ] %}
        inner join coefficients as {{ coefficient }}
            on mediations.study = {{ coefficient }}.study
            and mediations.{{ equation }}_table = {{ coefficient }}.table_number
            and mediations.{{ equation }}_key = {{ coefficient }}.column_number
            and mediations.{{ term }} = {{ coefficient }}.term
    {%- endfor %}
)

select
    *,
    {{ shown('delta') }} || ' x ' || {{ shown('theta') }} as indirect_text
from paths
