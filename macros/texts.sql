{# Blanks that files carry around their values: ordinary, no-break, full-width and zero-width ones, and byte-order marks. #}
{% macro blanks() -%}\s\x{00a0}\x{3000}\x{feff}\x{200b}{%- endmacro %}

{% macro trimmed(text) -%}
    regexp_replace({{ text }}, '^[{{ blanks() }}]+|[{{ blanks() }}]+$', '', 'g')
{%- endmacro %}

{# Printed text -> text to compare: full-width brackets, colons and signs made plain, runs of blanks made
   one, ends trimmed, lower case. #}
{% macro normalise_text(text) -%}
    lower({{ trimmed("regexp_replace(translate(" ~ text ~ ", '（）：＝％', '():=%'), '[" ~ blanks() ~ "]+', ' ', 'g')") }})
{%- endmacro %}

{# Printed name of a place -> name to look for among the aliases: numbering before a Chinese name and blanks inside it do
   not count. #}
{% macro place_name(text) -%}
    case
        when regexp_matches({{ text }}, '\p{Han}')
            then regexp_replace(regexp_replace({{ normalise_text(text) }}, '\s', '', 'g'), '^\d+[.．、]', '')
        else {{ normalise_text(text) }}
    end
{%- endmacro %}

{# Is a printed value a blank? Yearbooks and exports mark "no figure" in these ways. None has a digit, so that nearly
   every value is known at a glance (a list after `in` would be joined to every row). The error values of spreadsheets,
   #N/A among them, are no blanks: a formula that fails had a figure to find. #}
{% macro is_blank(text) -%}
    case
        when regexp_matches({{ text }}, '[0-9]') then false
        else
            regexp_full_match(
                coalesce({{ normalise_text(text) }}, ''), '(-|--|—|——|…|……|[.]{3}|na|n/a|nan|null)?'
            )
    end
{%- endmacro %}

{# A number is a number only by this pattern: sign, digits (or well-formed thousands), decimals, exponent.
   Anything else is NULL, and becomes a reject: `1_2` or `L42` is never guessed at. #}
{% macro strict_number(text) -%}
    case
        when regexp_full_match({{ trimmed(text) }}, '[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][+-]?\d+)?')
            then try_cast(replace({{ trimmed(text) }}, ',', '') as double)
    end
{%- endmacro %}

{# A year heading such as `2019年`, `2019` or `2019.0` as a number; NULL for anything else. #}
{% macro strict_year(text) -%}
    try_cast(regexp_extract({{ trimmed(text) }}, '^(\d{1,4})(\.0)?\s*年?$', 1) as integer)
{%- endmacro %}

{# Can figures, policies and records be of this year? #}
{% macro is_data_year(year) -%}
    {{ year }} between {{ var('first_data_year') }} and {{ var('last_data_year') }}
{%- endmacro %}

{# Why a printed text is no number, as a reason of the seed reject_reasons. #}
{% macro no_number_reason(text) -%}
    case
        when regexp_matches({{ trimmed(text) }}, '^=') then 'formula without a result'
        when regexp_full_match({{ trimmed(text) }}, '#[A-Z0-9/_]+[!?]?') then 'error value'
        else 'not a number'
    end
{%- endmacro %}

{# Spreadsheet name of a 0-based row and column: (0, 3) -> D1, (4, 27) -> AB5, (0, 702) -> AAA1. #}
{% macro cell_name(row_number, column_number) -%}
    (
        case
            when {{ column_number }} >= 702 then chr(cast(65 + ({{ column_number }} - 702) // 676 as integer)) else ''
        end
        || case
            when {{ column_number }} >= 26 then chr(cast(65 + ({{ column_number }} - 26) // 26 % 26 as integer)) else ''
        end
        || chr(cast(65 + {{ column_number }} % 26 as integer))
        || cast({{ row_number }} + 1 as varchar)
    )
{%- endmacro %}

{# A text as a literal of SQL; NULL where there is none. #}
{% macro text_literal(text) -%}
    {{ "'" ~ text | replace("'", "''") ~ "'" if text else 'null' }}
{%- endmacro %}
