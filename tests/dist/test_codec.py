"""Bodies to bytes and back: by value, by plain pickle where it can be, and large buffers without copies."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pybeam.dist.codec import MAX_BUFFERS, OUT_OF_BAND, BufferedParcel, Packed, Parcel, is_frozen, pack

LARGE = 100_000


def run_python(script: str) -> bytes:
    root = Path(__file__).parents[2]
    return subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, check=True, timeout=60).stdout


def there_and_back(body: object) -> Any:
    packed = pack(body)
    if isinstance(packed, bytes):
        return Parcel(packed).open()
    return BufferedParcel(BytesIO(packed.data), [BytesIO(buffer) for buffer in packed.buffers]).open()


class Point:
    def __init__(self, x: int) -> None:
        self.x = x


class Refuses:
    def __reduce__(self) -> Any:
        raise LookupError("not today")


class Nested:
    """Packs another body while it is packed."""

    def __reduce__(self) -> Any:
        inner = pack(np.zeros(LARGE))
        assert isinstance(inner, Packed) and len(inner.buffers) == 1
        return int, (7,)


@pytest.mark.parametrize("body", [None, 1, ("get", "k"), {"a": [1, 2.5, b"x"]}, "__main__", b"", bytearray(b"x")])
def test_a_plain_body_comes_back_equal(body: object) -> None:
    assert there_and_back(body) == body


def test_a_small_body_is_nothing_but_its_plain_pickle() -> None:
    assert pack(("get", 1)) == pickle.dumps(("get", 1), 5)


def test_a_class_of_a_module_keeps_its_identity() -> None:
    point = there_and_back(Point(3))
    assert type(point) is Point and point.x == 3


def test_a_lambda_travels_by_value() -> None:
    offset = 5
    packed = pack(lambda x: x + offset)
    assert isinstance(packed, Packed) and not packed.portable
    assert there_and_back(lambda x: x + offset)(2) == 7


def test_a_text_that_mentions_main_is_portable_all_the_same() -> None:
    packed = pack({"doc": "run it as __main__"})
    assert isinstance(packed, Packed) and packed.portable


def test_a_class_of_main_loads_where_main_is_another_module() -> None:
    script = (
        "import sys; from pybeam.dist.codec import pack\n"
        "class Req:\n    def __init__(self): self.x = 42\n"
        "sys.stdout.buffer.write(pack(Req()).data)"
    )
    request: Any = Parcel(run_python(script)).open()
    assert request.x == 42 and type(request).__module__ == "__main__"


def test_cloudpickle_is_not_imported_for_plain_bodies() -> None:
    script = "import sys; from pybeam.dist.codec import pack; pack((1, 'a')); print('cloudpickle' in sys.modules)"
    assert run_python(script).strip() == b"False"


@pytest.mark.parametrize("make", [lambda: (x for x in "ab"), lambda: sys._getframe(), lambda: Refuses()])
def test_what_cannot_be_pickled_raises_at_the_sender(make: Callable[[], object]) -> None:
    with pytest.raises((TypeError, pickle.PicklingError, LookupError)):
        pack(make())


def test_a_body_nested_too_deep_raises_a_recursion_error() -> None:
    deep: tuple[object, ...] = ()
    for _ in range(100_000):
        deep = (deep,)
    with pytest.raises(RecursionError):
        pack(deep)


def test_a_large_array_stays_outside_the_pickle_stream() -> None:
    array = np.arange(LARGE)
    packed = pack(("put", "k", array))
    assert isinstance(packed, Packed)
    assert len(packed.data) < 500 and [len(b) for b in packed.buffers] == [array.nbytes]
    assert packed.size == len(packed.data) + array.nbytes
    assert np.array_equal(there_and_back(array), array)


def test_an_array_at_the_limit_goes_into_the_stream() -> None:
    assert isinstance(pack(np.zeros(OUT_OF_BAND, dtype="u1")), bytes)
    assert isinstance(pack(np.zeros(OUT_OF_BAND + 1, dtype="u1")), Packed)


def test_a_large_array_is_not_copied_to_pack_it() -> None:
    array = np.zeros(LARGE)
    packed = pack(array)
    assert isinstance(packed, Packed)
    assert np.shares_memory(np.frombuffer(packed.buffers[0]), array)


@pytest.mark.parametrize("read_only", [False, True], ids=["writable", "a read-only view of a writable one"])
def test_what_is_kept_for_later_does_not_change_with_the_array(read_only: bool) -> None:
    array = np.zeros(LARGE)
    view = array.view()
    view.flags.writeable = not read_only
    packed = pack(view)
    assert isinstance(packed, Packed)
    kept = packed.kept()
    array[:] = 1
    assert not any(bytes(kept.buffers[0])) and kept.size == packed.size


def test_bytes_are_kept_without_a_copy() -> None:
    body = bytes(LARGE)
    packed = pack(body)
    assert isinstance(packed, Packed)
    (buffer,) = packed.kept().buffers
    assert isinstance(buffer, memoryview) and buffer.obj is body and is_frozen(buffer)


def test_a_writable_array_arrives_writable() -> None:
    array = there_and_back(np.zeros(LARGE))
    array[0] = 5
    assert array[0] == 5


def test_large_bytes_are_not_copied_by_the_sender() -> None:
    body = bytes(LARGE)
    packed = pack(body)
    assert isinstance(packed, Packed) and len(packed.data) < 100
    (buffer,) = packed.buffers
    assert isinstance(buffer, memoryview) and buffer.obj is body
    back = there_and_back(body)
    assert type(back) is bytes and back == body


def test_large_bytes_are_not_copied_when_they_are_opened() -> None:
    body = b"x" * 50 * LARGE
    packed = pack(body)
    assert isinstance(packed, Packed)
    come = BytesIO(body)
    tracemalloc.start()
    back = BufferedParcel(BytesIO(packed.data), [come]).open()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert back == body and peak < LARGE


@pytest.mark.parametrize("buffers", [[], [b"x" * LARGE, b"y"]])
def test_bytes_that_come_with_too_few_or_many_buffers_harm_nobody(buffers: list[bytes]) -> None:
    packed = pack(bytes(LARGE))
    assert isinstance(packed, Packed)
    parcel = BufferedParcel(BytesIO(packed.data), list(map(BytesIO, buffers)))
    if buffers:
        assert parcel.open() == buffers[0]
    else:
        with pytest.raises(pickle.UnpicklingError):
            parcel.open()


def test_a_subclass_of_bytes_keeps_its_class() -> None:
    class_ = type(there_and_back(Tagged(b"x" * LARGE)))
    assert class_ is Tagged


class Tagged(bytes):
    pass


def test_a_body_whose_method_packs_another_keeps_its_own_buffers() -> None:
    array = np.ones(LARGE)
    packed = pack((array, Nested()))
    assert isinstance(packed, Packed) and len(packed.buffers) == 1
    back = there_and_back((array, Nested()))
    assert back[1] == 7 and back[0].sum() == LARGE


def test_no_more_than_so_many_buffers_stay_outside() -> None:
    one = np.zeros(OUT_OF_BAND + 1, dtype="u1")
    packed = pack([one.view() for _ in range(MAX_BUFFERS + 2)])
    assert isinstance(packed, Packed) and len(packed.buffers) == MAX_BUFFERS


def test_a_lambda_with_a_large_array_keeps_the_array_outside() -> None:
    array = np.ones(LARGE)
    packed = pack(lambda: array)
    assert isinstance(packed, Packed) and len(packed.data) < 2000 and len(packed.buffers) == 1


def test_packing_registers_nothing_for_the_whole_program() -> None:
    import copyreg

    before = dict(copyreg.dispatch_table)
    pack(lambda: 1)
    assert copyreg.dispatch_table == before
