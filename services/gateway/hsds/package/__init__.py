"""Give the whole directory as one HSDS tabular package: a zip of CSV files, and what describes them.

``tables`` names files and columns as HSDS publishes them, ``rows`` turns records into rows, ``terms`` says what they
are classified by, ``views`` reads, and ``spool`` and ``archive`` write: what is not sent yet waits on disk.
"""
