"""`regional fit`: a question of one's own, as a formula over a mart."""

from __future__ import annotations

import argparse

from regional.commands.output import add_output_to, put_out
from reporting.languages import Language, word
from reporting.questions import VCOVS, answered, asked
from reporting.warehouse import opened


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    text = "fit a regression of your own"
    fit = commands.add_parser(
        "fit",
        help=text,
        description=f"Do {text} on a mart, read-only: `y ~ x1 + x2 | city_code + year`, instruments as a third part "
        "(`| d ~ z`), squares and other expressions in I(...), products as a:b. Nothing is stored.",
    )
    fit.add_argument("--mart", required=True, help="a mart of a study, or a panel")
    fit.add_argument("--formula", required=True, help="in the notation of pyfixest and fixest")
    fit.add_argument("--where", default="", metavar="CONDITION", help="SQL over the columns of the mart: which rows")
    fit.add_argument("--vcov", choices=VCOVS, default="cluster", help="standard errors, default cluster")
    fit.add_argument("--cluster", default="", metavar="COLUMN", help="what cluster clusters by, default the places")
    add_output_to(fit)
    fit.set_defaults(command=_fit)


def _fit(options: argparse.Namespace) -> int:
    from reporting.tables import of_output  # noqa: PLC0415

    language: Language = options.labels or "en"
    with opened(options.warehouse) as connection:
        specification = asked(
            connection,
            options.mart,
            options.formula,
            where=options.where,
            vcov=options.vcov,
            cluster=options.cluster,
        )
        sample = specification.sample
        note = word("note_formula", language, formula=options.formula, sample=sample, mart=options.mart)
        table = of_output(
            connection,
            specification,
            answered(connection, specification),
            language,
            caption=word("own_question", language),
            notes=[note],
        )
    put_out(table, options)
    return 0
