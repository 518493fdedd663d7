"""A Redis server for the tests of this folder."""

from collections.abc import Iterator

import pytest
from redis import Redis

from tests.connect.keys.server import Server, redis_server


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[Server]:
    """Give a server that all tests of a session share."""
    with redis_server() as server:
        yield server


@pytest.fixture
def server(shared_redis: Server) -> Server:
    """Give a server that holds nothing and has one account."""
    for account in map(str, shared_redis.client.acl_users()):
        if account != "default":
            shared_redis.client.acl_deluser(account)
    shared_redis.client.flushall()
    return shared_redis


@pytest.fixture
def redis(server: Server) -> Redis:
    """Give a client of it."""
    return server.client
