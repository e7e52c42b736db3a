{# Weight of a record and of all that stand before it in the order of values of its group. Which of two equal values
   stands first does not matter to the Gini index. #}
{% macro running_weight(weight, value, group_column) -%}
    sum({{ weight }}) over (
        partition by {{ group_column }} order by {{ value }} rows between unbounded preceding and current row
    )
{%- endmacro %}

{# Weighted Gini index, as an aggregate over the records of a group: G = sum w x (2 C - w) / (W sum w x) - 1, with C the
   running weight and W its last value; for unit weights this is 2 sum k x_(k) / (n sum x) - (n + 1) / n. 0 for one
   record, and where all values are equal; NULL where they are all 0, and for no record. In [0, 1). #}
{% macro weighted_gini(value, weight, running_weight) -%}
    case
        when sum({{ weight }} * {{ value }}) > 0
            -- Rounding alone can take it below zero.
            then greatest(
                0,
                sum({{ weight }} * {{ value }} * (2 * {{ running_weight }} - {{ weight }}))
                / (sum({{ weight }}) * sum({{ weight }} * {{ value }}))
                - 1
            )
    end
{%- endmacro %}

{# Weighted Theil T as an aggregate: sum w (x / mu) ln(x / mu) / W = sum w x ln x / sum w x - ln mu, mu the weighted mean.
   A value of 0 adds nothing; NULL where all values are 0. #}
{% macro weighted_theil_t(value, weight) -%}
    case
        when sum({{ weight }} * {{ value }}) > 0
            then greatest(
                0,
                sum({{ weight }} * coalesce({{ value }} * {{ log_or_null(value) }}, 0)) / sum({{ weight }} * {{ value }})
                - ln(sum({{ weight }} * {{ value }}) / sum({{ weight }}))
            )
    end
{%- endmacro %}

{# Weighted Theil L (mean logarithmic deviation) as an aggregate: sum w ln(mu / x) / W = ln mu - sum w ln x / W. NULL where
   a value is 0. #}
{% macro weighted_theil_l(value, weight) -%}
    case
        when min({{ value }}) > 0
            then greatest(
                0,
                ln(sum({{ weight }} * {{ value }}) / sum({{ weight }}))
                - sum({{ weight }} * {{ log_or_null(value) }}) / sum({{ weight }})
            )
    end
{%- endmacro %}
