-- The vars that the estimation reads, as a table, since a Python model sees no vars of its own.
select
    cast({{ var('confidence_level') }} as double) as confidence_level,
    {{ suite_limit('placebo_draws') }} as placebo_draws,
    {{ suite_limit('bootstrap_draws') }} as bootstrap_draws,
    {{ suite_limit('curve_fits') }} as curve_fits
