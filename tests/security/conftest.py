"""One demo for all tests here, and a client that keeps no cookie of its own."""

from collections.abc import Iterator
from http.cookiejar import Cookie, CookiePolicy
from urllib.request import Request

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.demo import whole
from tests.demo.whole import Demo

Client = TestClient[Litestar]


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    """Give the system over a small demo."""
    with whole.demo() as made:
        yield made


@pytest.fixture(scope="package")
def client(demo: Demo) -> Iterator[Client]:
    """Give a client that says on each request who asks."""
    with TestClient(demo.app) as made:
        made.follow_redirects = False
        made.cookies.jar.set_policy(_Nothing())
        yield made


class _Nothing(CookiePolicy):
    """Keeps no cookie and sends none."""

    netscape, rfc2965, hide_cookie2 = True, False, True

    def set_ok(self, _cookie: Cookie, _request: Request) -> bool:
        """Keep nothing."""
        return False

    def return_ok(self, _cookie: Cookie, _request: Request) -> bool:
        """Send nothing."""
        return False
