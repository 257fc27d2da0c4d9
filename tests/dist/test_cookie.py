"""The cookie: where it comes from, what is refused, and the keys made from it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from pybeam.dist.cookie import derive_keys, derive_secret, load_cookie
from pybeam.errors import CookieError


def written(home: Path, content: bytes, mode: int = 0o400) -> Path:
    path = home / ".erlang.cookie"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_given_cookie_wins_and_no_file_is_touched(tmp_path: Path) -> None:
    assert load_cookie("a" * 16, tmp_path) == "a" * 16
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["", "a" * 15])
def test_a_given_cookie_that_is_too_short_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(CookieError, match=f"too short: {len(given)} characters"):
        load_cookie(given, tmp_path)


def test_an_absent_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    cookie = load_cookie(None, tmp_path)
    path = tmp_path / ".erlang.cookie"
    assert path.read_text() == cookie
    assert len(bytes.fromhex(cookie)) * 8 >= 128
    assert path.stat().st_mode & 0o7777 == 0o400
    assert list(tmp_path.iterdir()) == [path]


def test_the_made_cookie_is_found_again(tmp_path: Path) -> None:
    assert load_cookie(None, tmp_path) == load_cookie(None, tmp_path)


def test_two_homes_get_two_cookies(tmp_path: Path) -> None:
    homes = [tmp_path / "a", tmp_path / "b"]
    for home in homes:
        home.mkdir()
    assert len({load_cookie(None, home) for home in homes}) == 2


@pytest.mark.parametrize("attempt", range(5))
def test_five_that_start_at_once_on_a_fresh_home_have_one_cookie(tmp_path: Path, attempt: int) -> None:
    ready, found = threading.Barrier(5), []

    def start() -> None:
        ready.wait()
        found.append(load_cookie(None, tmp_path))

    threads = [threading.Thread(target=start) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 5
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".erlang.cookie"]


def test_an_erlang_cookie_is_used_without_the_end_of_its_line(tmp_path: Path) -> None:
    written(tmp_path, b"MRZOTXXQKAFKMBKSYTBD\n")
    assert load_cookie(None, tmp_path) == "MRZOTXXQKAFKMBKSYTBD"


def test_a_cookie_of_any_bytes_is_used(tmp_path: Path) -> None:
    written(tmp_path, b"\xff" * 16)
    assert derive_keys(load_cookie(None, tmp_path)) == derive_keys(load_cookie(None, tmp_path))


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o600 | 0o010])
def test_a_file_that_others_can_use_is_refused(tmp_path: Path, mode: int) -> None:
    written(tmp_path, b"a" * 20, mode)
    with pytest.raises(CookieError, match=f"others than its owner.*{mode:04o}.*chmod 400"):
        load_cookie(None, tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n", b"a" * 15 + b"\n"])
def test_a_file_with_too_short_a_cookie_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    with pytest.raises(CookieError, match="too short"):
        load_cookie(None, tmp_path)
    assert path.read_bytes() == content


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    written(tmp_path, b"a" * 5000)
    with pytest.raises(CookieError, match="longer than 4096"):
        load_cookie(None, tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    written(tmp_path, b"a" * 20, 0o000)
    with pytest.raises(CookieError, match=r"cannot be used: Permission denied.*PYBEAM_COOKIE"):
        load_cookie(None, tmp_path)


def test_a_home_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(CookieError, match=r"No such file or directory.*PYBEAM_COOKIE"):
        load_cookie(None, tmp_path / "nobody")


def test_a_directory_in_the_cookies_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".erlang.cookie").mkdir(mode=0o700)
    with pytest.raises(CookieError):
        load_cookie(None, tmp_path)


def test_a_fifo_in_the_cookies_place_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".erlang.cookie", 0o400)
    with pytest.raises(CookieError, match="not a regular file"):
        load_cookie(None, tmp_path)


def test_the_keys_of_a_cookie_never_change() -> None:
    # Nodes of two versions that derive different keys cannot talk, and nothing tells them why.
    keys = derive_keys("correct horse battery staple")
    assert keys.server.hex() == "3f0d6245242389776840713af32fd5407c6a6d876f738748122205ff3982684d"
    assert keys.client.hex() == "9e43899a742eb0cb6bc896a3301d892ea71737cd498a0c83c9b4445ef2296def"
    assert derive_secret(keys, "gossip").hex() == "e50e69bec90ae46adac663970a78157120cd376867f33037b1116690aff0fa80"


def test_every_key_and_secret_is_another() -> None:
    one, other = derive_keys("a" * 16), derive_keys("b" * 16)
    made = [one.server, one.client, one.root, derive_secret(one, "x"), derive_secret(one, "y")]
    made += [other.server, other.client, other.root, derive_secret(other, "x")]
    assert len(set(made)) == len(made)
    assert {len(secret) for secret in made} == {32}


def test_keys_are_never_shown() -> None:
    keys = derive_keys("a" * 16)
    assert repr(keys) == "Keys()"
