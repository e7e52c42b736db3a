-- A reported value, or one computed in its file, is its cell's printed number times its conversion factors.
select *
from {{ ref('province_provenance') }}
where
    origin in ('reported', 'computed')
    and (
        value <> cell_value
        or abs({{ strict_number('value_text') }} * unit_factor * currency_factor - value) > 1e-9 * abs(value)
    )
