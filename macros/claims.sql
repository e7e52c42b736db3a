{# Relations between a claim of the text and numbers, as the seeds claim_targets and claim_values name them. Each macro
   stands in a select from rows with the columns relation, first, second and third (the numbers), the bounds first_low,
   first_high and so on of the intervals they stand for, and claimed, claimed_low, claimed_high. An exact number is its
   own bounds, so the same arithmetic serves printed numbers and those computed from data. #}

{# What the claim should say, going by the numbers: its bound ('low', 'high'), or the number itself ('point'). NULL for
   relations that hold between numbers, and for the open end of at_most (the claim is at most that) and at_least. #}
{% macro claim_implied(edge) -%}
    {%- set own, other = {'low': ('_low', '_high'), 'high': ('_high', '_low'), 'point': ('', '')}[edge] -%}
    case relation
        when 'value' then first{{ own }}
        when 'absolute'
            then
                {% if edge == 'low' -%}
                    {{ absolute_low('first_low', 'first_high') }}
                {%- elif edge == 'high' -%}
                    {{ absolute_high('first_low', 'first_high') }}
                {%- else -%}
                    abs(first)
                {%- endif %}
        when 'about' then first{{ own }}
        when 'at_most' then {{ 'null' if edge == 'low' else 'first' ~ own }}
        when 'at_least' then {{ 'null' if edge == 'high' else 'first' ~ own }}
        when 'ratio' then {{ ratio('first' ~ own, 'second' ~ other) }}
        when 'percent_ratio' then 100 * {{ ratio('first' ~ own, 'second' ~ other) }}
        when 'percent_of_sum' then 100 * {{ ratio('first' ~ own, '(first' ~ own ~ ' + second' ~ other ~ ')') }}
        when 'percent_above' then 100 * ({{ ratio('first' ~ own, 'second' ~ other) }} - 1)
        when 'sum' then first{{ own }} + second{{ own }} + coalesce(third{{ own }}, 0)
        when 'difference' then first{{ own }} - second{{ other }} - coalesce(third{{ other }}, 0)
        when 'share_of_described_rows'
            then first{{ own }} * second{{ own }}{{ ' - (second_high - third_low)' if edge == 'low' }}
    end
{%- endmacro %}

{# The same in words; NULL for relations that hold between numbers. #}
{% macro claim_arithmetic() -%}
    case relation
        when 'value' then {{ shown('first') }}
        when 'absolute' then '|' || {{ shown('first') }} || '|'
        when 'about' then 'about ' || {{ shown('first') }}
        when 'at_most' then 'at most ' || {{ shown('first') }}
        when 'at_least' then 'at least ' || {{ shown('first') }}
        when 'ratio'
            then
                {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' = ' || {{ shown('first / second') }}
        when 'percent_ratio'
            then
                '100 x ' || {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' = '
                || {{ shown('100 * first / second') }}
        when 'percent_of_sum'
            then
                '100 x ' || {{ shown('first') }} || ' / (' || {{ shown('first') }} || ' + ' || {{ shown('second') }}
                || ') = ' || {{ shown('100 * first / (first + second)') }}
        when 'percent_above'
            then
                '100 x (' || {{ shown('first') }} || ' / ' || {{ shown('second') }} || ' - 1) = '
                || {{ shown('100 * (first / second - 1)') }}
        when 'sum'
            then
                concat_ws(' + ', {{ shown('first') }}, {{ shown('second') }}, format('{:.6g}', third)) || ' = '
                || {{ shown('first + second + coalesce(third, 0)') }}
        when 'difference'
            then
                concat_ws(' - ', {{ shown('first') }}, {{ shown('second') }}, format('{:.6g}', third)) || ' = '
                || {{ shown('first - second - coalesce(third, 0)') }}
        when 'share_of_described_rows'
            then
                {{ shown('first') }} || ' x ' || {{ shown('second') }} || ' = ' || {{ shown('first * second') }}
                || ', less at most ' || {{ shown('second - third') }} || ' rows not estimated on'
    end
{%- endmacro %}

{# Does the relation hold? NULL where a number is missing. Needs claim_implied_low and claim_implied_high. #}
{% macro claim_holds() -%}
    case relation
        when 'above' then first_high > second_low
        when 'larger_size'
            then
                {{ absolute_high('first_low', 'first_high') }} > {{ absolute_low('second_low', 'second_high') }}
        when 'opposite_sign'
            then
                case
                    when (first_low > 0 or first_high < 0) and (second_low > 0 or second_high < 0)
                        then sign(first) <> sign(second)
                end
        when 'within_factor_two'
            then
                {{ intervals_meet('first_low', 'first_high', '0.5 * second', '2 * second') }}
        when 'at_most' then claimed_low <= claim_implied_high
        when 'at_least' then claimed_high >= claim_implied_low
        else
            case
                when claim_implied_high is null then null
                when relation = 'about'
                    then
                        {{ intervals_meet(
                            '0.9 * claimed', '1.1 * claimed', 'claim_implied_low', 'claim_implied_high'
                        ) }}
                else {{ intervals_meet('claimed_low', 'claimed_high', 'claim_implied_low', 'claim_implied_high') }}
            end
    end
{%- endmacro %}

{# Stars that a claim of significance at a level (in percent) says, none where it says that there is none. #}
{% macro stars_said(relation, level) -%}
    case
        when {{ relation }} = 'not_significant' then 0
        when {{ level }} <= 1 then 3
        when {{ level }} <= 5 then 2
        when {{ level }} <= 10 then 1
    end
{%- endmacro %}
