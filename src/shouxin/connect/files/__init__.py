"""Files as tables: Parquet, CSV and JSON on a disk or at any address that fsspec reaches."""
