-- A header taken apart: one row a level of it. Headers come as printed, levels joined by '|' from top to bottom; the
-- last levels may hang on by underscores (GDP_亿元). In a header with Chinese text, English translations are taken
-- away. Each level may state a scope (全市, 市辖区) and a unit, as a level of its own or in brackets; what is left over
-- is its name. The year of a file that holds one year only says nothing in its headers (1999年国内生产总值), and goes;
-- any other year stays, since figures of another year are another thing.
with

headers as (
    select distinct
        cells.file_id,
        cells.header_path,
        coalesce(cells.header_path, files.indicator, '') as header_text
    from {{ ref('landed_cells') }} as cells
    inner join {{ ref('landed_files') }} as files on cells.file_id = files.file_id
),

single_years as (
    select
        file_id,
        any_value(year_text) as year_text
    from {{ ref('landed_cells') }}
    group by file_id
    having count(distinct year_text) = 1
),

normal_headers as (
    select
        *,
        {{ normalise_text("translate(header_text, '＞>', '))')") }} as header_plain
    from headers
),

plain_headers as (
    select
        normal_headers.* replace (
            case
                when {{ strict_year('single_years.year_text') }} is null then normal_headers.header_plain
                else regexp_replace(
                    normal_headers.header_plain,
                    '(^|\|)' || {{ strict_year('single_years.year_text') }} || '年(\p{Han})',
                    '\1\2', 'g'
                )
            end as header_plain
        )
    from normal_headers
    left join single_years on normal_headers.file_id = single_years.file_id
),

split_headers as (
    select
        file_id,
        header_path,
        header_text,
        regexp_matches(header_plain, '\p{Han}') as is_chinese,
        string_split(
            regexp_replace(
                regexp_replace(
                    -- a long run of English between or behind Chinese text is a translation
                    case
                        when regexp_matches(header_plain, '\p{Han}')
                            then regexp_replace(header_plain, '\(?[a-z][a-z0-9 .,&/''’%()-]{8,}', '|', 'g')
                        else header_plain
                    end,
                    '_(\p{Han}|%)', '|\1', 'g'
                ),
                '(\p{Han})_', '\1|', 'g'
            ),
            '|'
        ) as level_texts
    from plain_headers
),

levels as (
    select
        file_id,
        header_path,
        header_text,
        is_chinese,
        generate_subscripts(level_texts, 1) as level_number,
        unnest(level_texts) as level_text
    from split_headers
),

chinese_levels as (
    select
        * exclude (level_text),
        case
            when not is_chinese then level_text
            -- a level that only translates the one above
            when not regexp_matches(level_text, '\p{Han}') and regexp_matches(level_text, '[a-z]{4,}') then ''
            -- a translation behind the Chinese text, section numbers before it, item numbers inside it, blanks
            else regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(level_text, '\(?[a-z][^\p{Han}]{3,}$', ''),
                        '^\d+-\d+', ''
                    ),
                    '\([0-9il一二三四五六七八九十]+\)|[⑴-⒇①-⑳]|其中:', '', 'g'
                ),
                '\s', '', 'g'
            )
        end as level_text
    from levels
),

-- Texts in brackets, and a level as a whole, that are a scope or a unit.
stated_texts as (
    select
        file_id,
        header_path,
        level_number,
        unnest(list_distinct(list_concat([level_text], regexp_extract_all(level_text, '\(([^()]*)\)', 1)))) as stated
    from chinese_levels
),

stated as (
    select
        texts.file_id,
        texts.header_path,
        texts.level_number,
        list_distinct(list(scopes.scope)) as scopes,
        list_distinct(list(units.unit_text)) as units,
        list(texts.stated) filter (where scopes.scope is not null or units.unit is not null) as known_texts
    from stated_texts as texts
    left join {{ ref('scope_words') }} as scopes on texts.stated = scopes.scope_text
    left join {{ ref('units') }} as units on texts.stated = units.unit_text
    group by all
)

select
    levels.file_id,
    levels.header_path,
    levels.header_text,
    levels.level_number,
    levels.level_text,
    stated.scopes,
    stated.units,
    case
        when list_contains(stated.known_texts, levels.level_text) then ''
        else trim(regexp_replace(
            case
                when stated.known_texts is null then levels.level_text
                else regexp_replace(
                    levels.level_text,
                    '\(('
                    || array_to_string(list_transform(stated.known_texts, lambda known: regexp_escape(known)), '|')
                    || ')\)',
                    '', 'g'
                )
            end,
            case when levels.is_chinese then '[.,、，·。:;：；]' else '^$' end, '', 'g'
        ))
    end as level_name
from chinese_levels as levels
left join stated
    on levels.file_id = stated.file_id
    and levels.header_path is not distinct from stated.header_path
    and levels.level_number = stated.level_number
