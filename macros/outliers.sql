{# Value pulled in to the quantiles `percentile` and 1 - `percentile` that the variable has over the rows of a sample
   (linear interpolation between order statistics). The bounds hold for rows outside the sample as well, since a lag
   inside it can look there. NULL stays NULL; percentile 0 leaves every value as it is; an empty sample has no bounds
   and gives NULL. #}
{% macro winsorised(column, sample, percentile) -%}
    {%- if percentile == 0 -%}
    {{ column }}
    {%- else -%}
    case
        when {{ column }} is not null and {{ sample_quantile(column, sample, percentile) }} is not null
            then least(
                greatest({{ column }}, {{ sample_quantile(column, sample, percentile) }}),
                {{ sample_quantile(column, sample, '1 - ' ~ percentile) }}
            )
    end
    {%- endif -%}
{%- endmacro %}

{# Value where it lies within the same two quantiles, ends included, else NULL; otherwise as `winsorised`. #}
{% macro without_outliers(column, sample, percentile) -%}
    {%- if percentile == 0 -%}
    {{ column }}
    {%- else -%}
    case
        when
            {{ column }} between {{ sample_quantile(column, sample, percentile) }}
            and {{ sample_quantile(column, sample, '1 - ' ~ percentile) }}
            then {{ column }}
    end
    {%- endif -%}
{%- endmacro %}

{% macro sample_quantile(column, sample, probability) -%}
    quantile_cont({{ column }}, {{ probability }}) filter (where {{ sample }}) over ()
{%- endmacro %}
