"""Files that are no table of text: what each is, and how to make one of it."""

from __future__ import annotations

import re

_MAX_EXAMINED = 4096


def _by_pandas(what: str, call: str) -> str:
    return f"{what}; convert it with: import pandas; pandas.{call}.to_csv('data.csv', index=False)"


_SAVE = "save the sheet as CSV (UTF-8) in the spreadsheet program"
_KINDS = tuple(
    (re.compile(start, re.DOTALL | re.IGNORECASE), what)
    for start, what in (
        (rb"PK\x03\x04.*(?:xl/|\[Content_Types\])", f"is an Excel workbook; {_SAVE}"),
        (rb"PK\x03\x04.*opendocument\.spreadsheet", f"is a workbook of LibreOffice; {_SAVE}"),
        (rb"PK\x03\x04.*\.npy", "is an .npz file; give it that suffix"),
        (rb"PK\x03\x04", "is a ZIP archive; unpack it and take the table in it"),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"is an old Excel workbook; {_SAVE}"),
        (rb"PAR1", _by_pandas("is Parquet", "read_parquet('FILE')")),
        (rb"ARROW1|FEA1", _by_pandas("is Feather", "read_feather('FILE')")),
        (rb"\x89HDF\r\n", _by_pandas("is HDF5", "read_hdf('FILE')")),
        (rb"SQLite format 3", "is a database of SQLite; export its table as CSV"),
        (rb"MATLAB 5\.0 MAT", "is a MATLAB file; there, write writematrix(M, 'data.csv')"),
        (
            rb"\x80[\x02-\x05][\x95}c\]]",
            "is a pickle, which is never run; where it was made, write the table with to_csv",
        ),
        (
            rb"\x93NUMPY",
            "holds one array; write both inputs and targets: numpy.savez('data.npz', X=X, y=y)",
        ),
        (rb"BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd", "is compressed; unpack it first"),
        (rb"%PDF-", "is a PDF; copy its table into a spreadsheet and save that as CSV"),
        (
            rb"version https://git-lfs",
            "only points to the file, in Git LFS; get it with: git lfs pull",
        ),
        (
            rb"\s*<(?:!doctype|html|\?xml|head|body|!--)",
            "is a web page or XML; download the file itself, where a site calls it raw or CSV",
        ),
        (
            rb"\s*\{[^\n]*\}\s*\n\s*\{",
            _by_pandas("is JSON, one object a line", "read_json('FILE', lines=True)"),
        ),
        (rb'\s*(?:\{\s*"|\[\s*\{)', _by_pandas("is JSON", "read_json('FILE')")),
        (
            rb"(?:\s*%[^\n]*\n|\s)*@relation\b",
            "is ARFF, of Weka; convert it with: import pandas, scipy.io.arff as a; "
            "pandas.DataFrame(a.loadarff('FILE')[0]).to_csv('data.csv', index=False)",
        ),
        (
            rb"(?:[-+]?[\d.]+(?: \d+:[-+.\deE]+)+ *\r?\n?){2}",
            "is in the format of LIBSVM; convert it with: import numpy, sklearn.datasets as d; "
            "X, y = d.load_svmlight_file('FILE'); numpy.savez('data.npz', X=X.toarray(), y=y)",
        ),
    )
)


def refuse_foreign(data: bytes) -> None:
    """Raise ValueError, which says how to convert it, for a file that is no table of text.

    Parameters
    ----------
    data
        The file.

    Raises
    ------
    ValueError
        For what programs write otherwise: workbooks, Parquet, JSON, ARFF, web pages and so on.
    """
    for kind, what in _KINDS:
        if kind.match(data[:_MAX_EXAMINED]):
            raise ValueError(what)
