"""What the database refuses, in the words of Shouxin's own errors."""

from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shouxin.errors import InputError, ShouxinError, StoreError

REFUSALS = (DataError, OperationalError, PoolTimeoutError)
"""The errors of SQLAlchemy that no defect of Shouxin explains."""


def refusal(error: DataError | OperationalError | PoolTimeoutError) -> ShouxinError:
    """Return the error to tell: store-unreachable, or value-unkeepable for what a column cannot hold."""
    if isinstance(error, DataError):
        return InputError(
            "value-unkeepable",
            "the store cannot keep one of the values",
            remedy="take out null characters, what is not UTF-8, and numbers of more than 18 digits",
        )
    return StoreError(
        "store-unreachable",
        "the store does not answer",
        remedy="see whether the database runs, then try again",
    )
