"""Write every table in every form, tables over several pages also in one piece, and the index of them all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from loguru import logger

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey
from pdf_parser.domain.chains import Chain, continued_tables
from pdf_parser.domain.stitch import stitch
from pdf_parser.domain.table import Table
from pdf_parser.export.json_text import json_text
from pdf_parser.export.table_index import StitchedEntry, TableEntry, stitched_entry, table_entry, table_index
from pdf_parser.export.tables import table_forms
from pdf_parser.storage.base import ObjectStore
from steps.contracts import EXPORT_TABLES
from steps.entrypoint import Context, Values, step_main
from steps.objects import JSON, delete_all

# A longer table stays in its parts: stitching takes about 3 kB a cell (benchmarks/MEMORY.md).
MAX_STITCHED_CELLS = 50_000


def run(inputs: Values, context: Context) -> Values:
    key = CacheKey.parse(inputs["cache-key"])
    delete_all(context.store, layout.draft(key, layout.TABLES))
    entries: list[TableEntry] = []
    tables = enumerate(_merged_tables(context.store, key), start=1)
    chains = continued_tables(_written(tables, entries, key, context), MAX_STITCHED_CELLS)
    stitched = [entry for chain in chains for entry in _stitched(chain, key, context)]
    index = table_index(entries, stitched)
    context.store.put(layout.draft(key, layout.TABLE_INDEX), json_text(index.model_dump(mode="json")).encode(), JSON)
    return {}


def _merged_tables(store: ObjectStore, key: CacheKey) -> Iterator[Table]:
    with store.open(layout.merged_tables(key)) as lines:
        for line in lines:
            yield Table.model_validate_json(line)


def _written(
    tables: Iterator[tuple[int, Table]], entries: list[TableEntry], key: CacheKey, context: Context
) -> Iterator[tuple[int, Table]]:
    """Passes each table on when its files are stored: one table in memory at a time."""
    for number, table in tables:
        names = _write(table, (), partial(layout.table, number), key, context)
        entries.append(table_entry(number, table, names))
        yield number, table


def _stitched(chain: Chain, key: CacheKey, context: Context) -> Iterator[StitchedEntry]:
    """The whole beside its parts; nothing for one that is too long."""
    if chain.is_too_long:
        logger.warning("tables {} are too long to be stitched", chain.numbers)
        return
    whole = stitch(chain.parts)
    names = _write(whole, chain.parts, partial(layout.stitched_table, chain.numbers[0]), key, context)
    yield stitched_entry(chain.numbers, chain.parts, whole, names)


def _write(
    table: Table, parts: Sequence[Table], name_of: Callable[[str], str], key: CacheKey, context: Context
) -> dict[str, str]:
    """The names of the table's files by suffix."""
    names = {}
    for form in table_forms(table, parts, neutralise_formulas=context.settings.csv_neutralise_formulas):
        names[form.suffix] = name_of(form.suffix)
        context.store.put(layout.draft(key, names[form.suffix]), form.data, form.content_type)
    return names


if __name__ == "__main__":
    sys.exit(step_main(EXPORT_TABLES, run))
