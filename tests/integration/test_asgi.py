"""A web application on uvicorn answers from a cluster of two nodes, and who leaves early leaves nothing."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from pybeam import GenServer, process
from tests.integration.lab import until
from tests.integration.mapping import HERE, free_port
from tests.integration.nodes import House, Site, site_in
from tests.integration.web import Store, open_calls, serve


class Town:
    """Two nodes: one has the store, the other the web server."""

    def __init__(self, site: Site) -> None:
        self.store, self.web = site.mesh("store", "web")
        self.store.does(GenServer.start, Store, name="store")
        self.port = free_port()
        self.web.begins(serve, ("store", self.store.name), self.port)
        until(self.serves)

    def serves(self) -> bool:
        with suppress(OSError), closing(self.client()) as client:
            client.connect()
            return True
        return False

    def client(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(HERE, self.port, timeout=20)

    def get(self, key: str) -> tuple[int, str]:
        with closing(self.client()) as client:
            client.request("GET", f"/{key}")
            response = client.getresponse()
            return response.status, response.read().decode()

    def put(self, key: str, value: object) -> None:
        self.store.does(GenServer.call, "store", ("put", key, value))

    def waiting(self) -> object:
        """How many requests the store has not answered."""
        return self.store.does(GenServer.call, "store", "waiting")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with site_in(tmp_path_factory.mktemp("town")) as site:
        yield Town(site)


pytestmark = pytest.mark.integration


def processes(house: House) -> int:
    return len(house.does(process.list))


def test_a_request_is_answered_by_the_other_node(town: Town) -> None:
    town.put("tea", "green")
    assert town.get("tea") == (200, "green")


def test_two_hundred_requests_at_once_are_all_answered_right(town: Town) -> None:
    for number in range(200):
        town.put(f"n{number}", number)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda number: town.get(f"n{number}"), range(200)))
    assert answers == [(200, str(number)) for number in range(200)]


def test_requests_that_wait_do_not_hold_up_others(town: Town) -> None:
    with ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(town.get, "coffee") for _ in range(10)]
        until(lambda: town.waiting() == 10)
        town.put("tea", "black")
        assert town.get("tea") == (200, "black")
        town.put("coffee", "late")
        assert [future.result(10) for future in waiting] == [(200, "late")] * 10


def test_a_client_that_leaves_leaves_no_open_call_and_no_process(town: Town) -> None:
    before = processes(town.web)
    clients = [town.client() for _ in range(5)]
    for client in clients:
        client.request("GET", "/never")
    until(lambda: town.waiting() == 5)
    assert town.web.does(open_calls, town.store.name) == 5
    for client in clients:
        client.close()
    until(lambda: town.web.does(open_calls, town.store.name) == 0)
    until(lambda: processes(town.web) == before)
    town.put("never", "to nobody")
    town.put("tea", "white")
    assert town.get("tea") == (200, "white")


def test_a_store_that_is_lost_is_an_error_of_the_request_and_not_of_the_server(tmp_path: Path) -> None:
    with site_in(tmp_path) as site, ThreadPoolExecutor(1) as pool:
        town = Town(site)
        waiting = pool.submit(town.get, "tea")
        until(lambda: town.waiting() == 1)
        town.store.kill()
        assert waiting.result(20) == (503, f"node {town.store.name} cannot be reached")
        assert town.get("tea")[0] == 503
