{# Records, which SQL reads from the files themselves. What one engine does in its own way stands in a macro that is
   dispatched: another engine needs check_record_files, scan_records, record_place_name, record_year,
   is_blank_record_text and is_finite_number, and no more. #}

{# Wage records of the data folder: location and row_number (0-based; NULL where the format has none) say where a record
   stands; city_text and printed_year are as stored; wage and weight are numbers, NULL where there is none; weight is 1
   in a file without weights; wage_text and weight_text are what a text column holds. No file: no rows. One scan a
   layout, however many files. #}
{% macro wage_records() -%}
    {%- set files = seed_rows(
        'landed_record_files',
        'format, delimiter, stored_columns, place_column, year_column, value_column, weight_column, year_kind, value_kind, '
        ~ 'weight_kind, location',
        'stored_columns, location',
        "reader = 'wage_records'"
    ) -%}
    {%- set layouts = {} -%}
    {%- for file in files -%}
        {%- set layout = file.values()[:10] | list -%}
        {%- do layouts.setdefault(tojson(layout), []).append(file['location']) -%}
    {%- endfor -%}
    {#- Years that are whole numbers in every file need not become text, which takes time where records are many. -#}
    {%- set year_type = 'integer' if files | map(attribute='year_kind') | unique | list == ['integer'] else 'varchar' -%}
    {%- for layout, locations in layouts.items() %}
    {{ scan_records(fromjson(layout), locations, year_type) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as varchar) as location,
        cast(null as bigint) as row_number,
        cast(null as varchar) as city_text,
        cast(null as integer) as printed_year,
        cast(null as double) as wage,
        cast(null as varchar) as wage_text,
        cast(null as double) as weight,
        cast(null as varchar) as weight_text
    where 1 = 0
    {%- endfor %}
{%- endmacro %}

{# A hook behind every model that reads files of records: they must still be what the landing hashed and checked. #}
{% macro check_record_files() -%}
    {{ return((adapter.dispatch('check_record_files') if adapter is defined else duckdb__check_record_files)()) }}
{%- endmacro %}

{% macro duckdb__check_record_files() -%}
    {{ return('select check_record_files()') }}
{%- endmacro %}

{# Rows of files of one layout; see wage_records for its columns. #}
{% macro scan_records(layout, locations, year_type) -%}
    {{ return(adapter.dispatch('scan_records')(layout, locations, year_type)) }}
{%- endmacro %}

{% macro duckdb__scan_records(layout, locations, year_type) -%}
    {%- set format, delimiter, columns_text, place, year, value, weight, _, value_kind, weight_kind = layout -%}
    {%- set columns = fromjson(columns_text) | map(attribute=0) | list -%}
    {%- set file_list -%}
        [{% for location in locations %}'{{ location | replace("'", "''") }}'{{ ', ' if not loop.last }}{% endfor %}]
    {%- endset -%}
    select
        record_location as location,
        {{ 'file_row_number' if format == 'parquet' else 'cast(null as bigint)' }} as row_number,
        cast({{ record_column(place, format, columns) }} as varchar) as city_text,
        cast({{ record_column(year, format, columns) }} as {{ year_type }}) as printed_year,
        {{ record_number(record_column(value, format, columns), value_kind) }} as wage,
        {{ record_text(record_column(value, format, columns), value_kind) }} as wage_text,
        {%- if weight %}
        {{ record_number(record_column(weight, format, columns), weight_kind) }} as weight,
        {{ record_text(record_column(weight, format, columns), weight_kind) }} as weight_text
        {%- else %}
        1.0e0 as weight,
        cast(null as varchar) as weight_text
        {%- endif %}
    from
        {%- if format == 'parquet' %}
        read_parquet({{ file_list }}, filename = 'record_location', file_row_number = true)
        {%- else %}
        -- Nothing is guessed: the header is known, and a number is read from its text.
        read_csv(
            {{ file_list }},
            filename = 'record_location',
            auto_detect = false,
            header = true,
            delim = '{{ delimiter }}',
            quote = '"',
            escape = '"',
            columns = { {%- for _ in columns %}'c{{ loop.index0 }}': 'varchar'{{ ', ' if not loop.last }}{% endfor -%} }
        )
        {%- endif %}
{%- endmacro %}

{# A column of a file of records in SQL; columns of a CSV go by position, since its header is skipped. #}
{% macro record_column(name, format, columns) -%}
    {{ '"' ~ name | replace('"', '""') ~ '"' if format == 'parquet' else 'c' ~ columns.index(name) }}
{%- endmacro %}

{# A stored value as a number. #}
{% macro record_number(column, kind) -%}
    {%- if kind == 'text' -%}{{ strict_number(column) }}{%- else -%}cast({{ column }} as double){%- endif -%}
{%- endmacro %}

{# A stored text; NULL for a number, since millions of numbers are not printed for the sake of a few bad ones. #}
{% macro record_text(column, kind) -%}
    {%- if kind == 'text' -%}cast({{ column }} as varchar){%- else -%}cast(null as varchar){%- endif -%}
{%- endmacro %}

{# Can a wage enter an index? Finite and not negative. The bound lies far beyond any wage, and keeps sums of products
   finite. #}
{% macro is_usable_wage(wage) -%}
    ({{ is_finite_number(wage) }} and {{ wage }} between 0 and 1e15)
{%- endmacro %}

{# Can a weight enter an index? Finite and positive, with bounds of the same kind. #}
{% macro is_usable_weight(weight) -%}
    ({{ is_finite_number(weight) }} and {{ weight }} between 1e-15 and 1e15)
{%- endmacro %}

{# The linter renders the next four without an adapter. #}
{% macro is_finite_number(number) -%}
    {{ (adapter.dispatch('is_finite_number') if adapter is defined else duckdb__is_finite_number)(number) }}
{%- endmacro %}

{# A comparison is not enough: statistics of a Parquet file leave NaN out, and DuckDB drops a comparison that they settle. #}
{% macro duckdb__is_finite_number(number) -%}isfinite({{ number }}){%- endmacro %}

{% macro record_place_name(text) -%}
    {{ (adapter.dispatch('record_place_name') if adapter is defined else duckdb__record_place_name)(text) }}
{%- endmacro %}

{% macro duckdb__record_place_name(text) -%}{{ place_name(text) }}{%- endmacro %}

{% macro record_year(text) -%}
    {{ (adapter.dispatch('record_year') if adapter is defined else duckdb__record_year)(text) }}
{%- endmacro %}

{% macro duckdb__record_year(text) -%}{{ strict_year(text) }}{%- endmacro %}

{% macro is_blank_record_text(text) -%}
    {{ (adapter.dispatch('is_blank_record_text') if adapter is defined else duckdb__is_blank_record_text)(text) }}
{%- endmacro %}

{% macro duckdb__is_blank_record_text(text) -%}{{ is_blank(text) }}{%- endmacro %}

{# How many records of a file ended in a bin, as an aggregate over wage_record_bins. #}
{% macro records_in_bin(bin) -%}
    cast(coalesce(sum(case when bins.bin = '{{ bin }}' then bins.records end), 0) as bigint)
{%- endmacro %}
