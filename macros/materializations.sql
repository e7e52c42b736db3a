{# A table, in one transaction: what stood there is dropped, the new one made and commented upon. A model that fails
   leaves the table as it was. Comments on columns are written at the end of the run (macros/codebook.sql). dbt-duckdb's
   own way builds beside the old table, renames both and asks after indexes and foreign keys, of which there are none
   here; over all models that costs as much as their SQL. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set beside = make_intermediate_relation(target) -%}
    {%- set make_room -%}
        {%- if existing is not none -%} drop {{ existing.type }} if exists {{ existing }} cascade; {%- endif -%}
    {%- endset -%}
    {%- set comments -%}
        {%- if config.persist_relation_docs() and model.description %}
        comment on table {{ target }} is {{ duckdb_escape_comment(model.description) }};
        {%- endif -%}
    {%- endset -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if model['language'] == 'python' -%}
        {#- Python has a connection of its own, and so a transaction: its table comes to stand beside the old one. -#}
        {% do drop_relation_if_exists(load_cached_relation(beside)) %}
        {% call statement('main', language='python') -%}
            {{ create_table_as(False, beside, compiled_code, 'python') }}
        {%- endcall %}
        {% call statement('replace') -%}
            {{ make_room }} alter table {{ beside }} rename to {{ target.identifier }}; {{ comments }}
        {%- endcall %}
    {%- else -%}
        {% call statement('main') -%}
            {{ make_room }} {{ create_table_as(False, target, compiled_code) }} {{ comments }}
        {%- endcall %}
    {%- endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}
{% endmaterialization %}
