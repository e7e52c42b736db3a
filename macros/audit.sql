{# A printed number stands for an interval: half a unit of its last printed digit either side. These macros are the
   arithmetic of such intervals. A bound of NULL is unknown or infinite. Every half unit is widened by a millionth of
   itself, so that two intervals that touch overlap whatever the floating point makes of it. #}

{# Decimals that a number shows, as printed (text keeps its trailing zeros). #}
{% macro decimals_of_text(text) -%}
    length(regexp_extract({{ text }}, '\.(\d+)', 1))
{%- endmacro %}

{# Decimals that a stored number still shows: at least as many were printed, for trailing zeros are lost. #}
{% macro decimals_of_number(value) -%}
    length(rtrim(regexp_extract(cast(cast({{ value }} as decimal(28, 10)) as varchar), '\.(\d+)', 1), '0'))
{%- endmacro %}

{# Order of magnitude: 0 for 1 to 9.99, 1 for 10 to 99.9; that of zero lies below every other. #}
{% macro magnitude(value) -%}
    coalesce(cast(floor(log10(nullif(abs({{ value }}), 0)) + 1e-12) as integer), -99)
{%- endmacro %}

{% macro half_unit(decimals) -%}
    (0.5000005 * power(10.0, -({{ decimals }})))
{%- endmacro %}

{# Bounds of the absolute value of a number in [low, high]. #}
{% macro absolute_low(low, high) -%}
    (case when {{ low }} <= 0 and {{ high }} >= 0 then 0 else least(abs({{ low }}), abs({{ high }})) end)
{%- endmacro %}

{% macro absolute_high(low, high) -%}
    greatest(abs({{ low }}), abs({{ high }}))
{%- endmacro %}

{# Bounds of a product of numbers in [a_low, a_high] and [b_low, b_high], of any sign. #}
{% macro product_low(a_low, a_high, b_low, b_high) -%}
    least(
        {{ a_low }} * {{ b_low }}, {{ a_low }} * {{ b_high }}, {{ a_high }} * {{ b_low }}, {{ a_high }} * {{ b_high }}
    )
{%- endmacro %}

{% macro product_high(a_low, a_high, b_low, b_high) -%}
    greatest(
        {{ a_low }} * {{ b_low }}, {{ a_low }} * {{ b_high }}, {{ a_high }} * {{ b_low }}, {{ a_high }} * {{ b_high }}
    )
{%- endmacro %}

{# Bounds of a quotient of two numbers that are not negative; unbounded above where the divisor may be 0. #}
{% macro quotient_low(a_low, b_high) -%}
    ({{ a_low }} / nullif({{ b_high }}, 0))
{%- endmacro %}

{% macro quotient_high(a_high, b_low) -%}
    (case when {{ b_low }} > 0 then {{ a_high }} / {{ b_low }} end)
{%- endmacro %}

{# Do two intervals have a number in common? NULL as a bound is open. #}
{% macro intervals_meet(a_low, a_high, b_low, b_high) -%}
    (coalesce({{ a_low }} <= {{ b_high }}, true) and coalesce({{ b_low }} <= {{ a_high }}, true))
{%- endmacro %}

{# The verdict of a condition that holds for some numbers of the intervals (true), for none (false), or is unknown. #}
{% macro audit_verdict(holds, otherwise="'contradiction'") -%}
    case
        when {{ holds }} then 'consistent'
        when not ({{ holds }}) then {{ otherwise }}
        else 'not determinable'
    end
{%- endmacro %}

{# The fewest stars that |t| of at least t_low earns, and the most that |t| of at most t_high can. The critical values
   are bands, from the normal distribution to Student's t with 30 degrees of freedom. #}
{% macro fewest_stars(t_low) -%}
    (
        cast({{ t_low }} >= 1.697 as integer) + cast({{ t_low }} >= 2.042 as integer)
        + cast({{ t_low }} >= 2.750 as integer)
    )
{%- endmacro %}

{% macro most_stars(t_high) -%}
    coalesce(
        cast({{ t_high }} >= 1.645 as integer) + cast({{ t_high }} >= 1.960 as integer)
        + cast({{ t_high }} >= 2.576 as integer),
        3
    )
{%- endmacro %}

{# Unit effects that an F statistic of k regressors and an R2 (both net of unit effects) leave room for, of n rows:
   F = (R2 / k) / ((1 - R2) / (n - k - u)), so u = n - k - k F (1 - R2) / R2. #}
{% macro implied_units(n, k, f, r2) -%}
    ({{ n }} - {{ k }} - {{ k }} * {{ f }} * (1 - {{ r2 }}) / {{ r2 }})
{%- endmacro %}

{# t2 of a regressor under classical errors, from the R2 without and with it: (R2' - R2) (n - k') / (1 - R2'). #}
{% macro implied_t_squared(r2_small, r2_large, df) -%}
    (({{ r2_large }} - {{ r2_small }}) * {{ df }} / nullif(1 - {{ r2_large }}, 0))
{%- endmacro %}

{# The largest standard deviation of n numbers with this mean inside [minimum, maximum] (Bhatia and Davis, with the
   divisor n - 1); NULL where the mean lies outside. #}
{% macro largest_sd(mean_low, mean_high, minimum, maximum, n) -%}
    (case
        when {{ maximum }} >= {{ mean_low }} and {{ mean_high }} >= {{ minimum }}
            then sqrt(({{ maximum }} - {{ mean_low }}) * ({{ mean_high }} - {{ minimum }}) * {{ n }} / ({{ n }} - 1))
    end)
{%- endmacro %}

{# Standard deviation of n numbers of which a share p is 1 and the rest 0, with the divisor n - 1. #}
{% macro binary_sd(p, n) -%}
    sqrt(greatest({{ p }} * (1 - {{ p }}), 0) * {{ n }} / ({{ n }} - 1))
{%- endmacro %}

{# The smallest classical standard error of a coefficient with these moments: controls only take variation away from x,
   so that se >= sd_y sqrt(1 - R2) / (sd_x sqrt(n)). R2 is the overall one. #}
{% macro smallest_standard_error(sd_y, sd_x, r2, n) -%}
    ({{ sd_y }} * sqrt(1 - {{ r2 }}) / nullif({{ sd_x }} * sqrt({{ n }}), 0))
{%- endmacro %}

{# The smallest R2 of a regression of n rows in which one regressor has this t statistic under classical errors. #}
{% macro smallest_r2(t, n) -%}
    (power({{ t }}, 2) / (power({{ t }}, 2) + {{ n }}))
{%- endmacro %}

{# Fewest rows that lags of `lags` years cost `units` units with n of units x years rows: a unit with few rows loses
   few, so the loss is least where units have either every year or only one. #}
{% macro fewest_lost_to_lags(n, units, years, lags) -%}
    (
        {{ lags }} * floor(({{ n }} - {{ units }}) / greatest({{ years }} - 1, 1))
        + least({{ lags }}, 1) * ({{ units }} - floor(({{ n }} - {{ units }}) / greatest({{ years }} - 1, 1)))
    )
{%- endmacro %}

{# A number for a sentence: six significant digits, no trailing zeros. #}
{% macro shown(value) -%}
    coalesce(format('{:.6g}', cast({{ value }} as double)), '?')
{%- endmacro %}

{% macro shown_interval(low, high) -%}
    (coalesce(format('{:.6g}', cast({{ low }} as double)), '-inf') || ' to '
    || coalesce(format('{:.6g}', cast({{ high }} as double)), 'inf'))
{%- endmacro %}

{# A quantity of a seed is a number, or the key of a printed number. #}
{% macro constant_or(column, quantity) -%}
    coalesce({{ column }}, try_cast({{ quantity }} as double))
{%- endmacro %}

{# Keys of printed numbers among quantities (constants have none), as a list. #}
{% macro keys_among(quantities) -%}
    list_filter([{{ quantities | join(', ') }}], lambda quantity: quantity like '%:%')
{%- endmacro %}
