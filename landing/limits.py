"""How much of a file is read at most: a file beyond a limit is refused in a sentence, before it fills the memory.

The largest of the real files the project is tried on (fifty, yearbooks among them) set the scale: a workbook of 0.7 MB
that unfolds to 5.8 MB, no part of it to more than 18 times its packed size, 120,000 cells, read in half a second. Each
limit lies more than five times beyond the largest real file; most lie more than forty times.
"""

MIB = 2**20

#: Bytes of all parts of a workbook, unpacked: 44 times the largest real one.
UNPACKED_BYTES = 256 * MIB
#: How many times its packed size a part may unfold to: five times the largest real ratio. Parts below RATIO_BYTES are
#: left alone, since a small sheet of equal cells packs better than any real one and harms nobody.
UNPACKED_RATIO = 100
RATIO_BYTES = 16 * MIB
#: Files inside a workbook: the largest real one has 44.
PARTS = 10_000
#: Cells of a sheet, blank ones included, as height times width: a cell far away from the others makes a sheet of
#: billions. 40 times the largest real one, and the whole height of a sheet by four columns.
SHEET_CELLS = 5_000_000
#: Bytes of a text, Stata or Parquet file that becomes cells; the largest real one has 0.3 MB. Files of records are not
#: bounded, since they never stand in memory.
FILE_BYTES = 512 * MIB
#: Cells of such a file: 3,000 counties, 50 years and 20 indicators in a tidy table of 7 columns are 21 million.
TABLE_CELLS = 25_000_000
#: Seconds that a workbook or table may take; the largest real one takes 0.5 where nothing else runs.
READ_SECONDS = 120.0
#: Address space of the process that reads workbooks and tables: a sheet of SHEET_CELLS numbers takes 0.7 GiB (and 16
#: seconds), a table of TABLE_CELLS some three, and a file that lies about its size asks for hundreds.
READ_MEMORY_BYTES = 4096 * MIB
