{# Grain: no two rows agree in `columns` (NULL counts as a value). Failing rows show the key and how often. #}
{% test unique_rows(model, columns) %}
select {{ columns | join(', ') }}, count(*) as times
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{# Every value of `columns` is NULL or finite: no NaN, no infinity. Failing rows are shown whole. #}
{% test finite_values(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}not isfinite({{ column }}){{ " or " if not loop.last }}{% endfor %}
{% endtest %}

{# `expression` holds on every row; NULL counts as a failure unless `allow_null`. Failing rows are shown whole. #}
{% test holds(model, expression, allow_null=false) %}
select *
from {{ model }}
where {% if allow_null %}not ({{ expression }}){% else %}({{ expression }}) is not true{% endif %}
{% endtest %}

{# The model has no rows. Meant for lists of what data do wrong, with severity warn: they are told, and stop nothing. #}
{% test no_rows(model) %}
select *
from {{ model }}
{% endtest %}
