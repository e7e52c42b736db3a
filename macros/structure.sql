{# Share of one of three sectors in their sum; NULL where a sector is missing or negative, or the sum is zero. #}
{% macro sector_share(sector, sectors) -%}
    (case
        when least({{ sectors | join(', ') }}) >= 0 and {% for other in sectors %}{{ other }} is not null{{ " and " if not loop.last }}{% endfor %}
            then {{ sector }} / nullif({{ sectors | join(' + ') }}, 0)
    end)
{%- endmacro %}

{# Quantity of upgrading: y1 + 2 y2 + 3 y3, in [1, 3] for shares that sum to one. #}
{% macro upgrading_quantity(shares) -%}
    ({% for share in shares %}{{ loop.index }} * {{ share }}{{ " + " if not loop.last }}{% endfor %})
{%- endmacro %}

{# Theil-type distance of output shares y from employment shares l: sum of y ln(y / l). Gibbs: at least 0, and 0 where
   the structures coincide. A sector with output and without employment has no distance: NULL. #}
{% macro structure_distance(output_shares, employment_shares) -%}
    ({% for share in output_shares %}{{ xlogx_ratio(share, employment_shares[loop.index0]) }}{{ " + " if not loop.last }}{% endfor %})
{%- endmacro %}

{# Theil index of the sizes of n sectors: (1 / n) sum (Y / mean) ln(Y / mean), which is the sum of y ln(n y) over their
   shares y. In [0, ln n]. #}
{% macro sector_theil(shares) -%}
    ({% for share in shares %}{{ xlogx_ratio(share, '(1.0 / ' ~ shares | length ~ ')') }}{{ " + " if not loop.last }}{% endfor %})
{%- endmacro %}

{# Value minus the mean of all other rows of its group (leave-one-out); NULL where it stands alone. #}
{% macro gap_to_others(value, group_column) -%}
    ({{ value }} - ({{ ordered_sum(value) }} over (partition by {{ group_column }}) - {{ value }})
    / nullif(count({{ value }}) over (partition by {{ group_column }}) - 1, 0))
{%- endmacro %}

{# Quality of upgrading: sum over sectors of output share x labour productivity, each productivity divided by its own mean
   over the rows of a sample, which removes its dimension. `sectors`: pairs (share, productivity). #}
{% macro upgrading_quality(sectors, sample) -%}
    ({% for share, productivity in sectors -%}
        {{ share }} * {{ ratio(productivity, ordered_mean(productivity) ~ ' filter (where ' ~ sample ~ ') over ()') }}
        {{- " + " if not loop.last }}
    {%- endfor %})
{%- endmacro %}
