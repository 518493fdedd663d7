"""Shouxin's own PostgreSQL: an embedded server or one named by a DSN, and its migrations.

Importing this package costs nothing: SQLAlchemy, psycopg and Alembic are imported when a store is opened.
"""

from shouxin.store.config import Progress, StoreConfig, store_exists
from shouxin.store.database import Store, open_store

__all__ = ["Progress", "Store", "StoreConfig", "open_store", "store_exists"]
