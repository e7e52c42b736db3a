-- a citation of landed files: the files it stands for
select
    coalesce(citation, '') as citation,
    coalesce(publisher, '') as publisher,
    coalesce(licence, '') as licence,
    count(*) as files,
    sum(cells) as cells
from landing.files
group by citation, publisher, licence
order by files desc, citation, publisher, licence
