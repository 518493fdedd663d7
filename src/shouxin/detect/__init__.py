"""Finding personal information in text and tables; usable alone.

>>> from shouxin.detect import scan
>>> [(found.type, found.start, found.end) for found in scan("请拨打13800138000")]
[('mobile', 3, 14)]
"""

from shouxin.detect.columns import ColumnVerdict, judge_column, scan_column
from shouxin.detect.finding import Finding
from shouxin.detect.identifiers import native_available
from shouxin.detect.scanner import Scanner, scan

__all__ = ["ColumnVerdict", "Finding", "Scanner", "judge_column", "native_available", "scan", "scan_column"]
