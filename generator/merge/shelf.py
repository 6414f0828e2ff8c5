"""Where filings wait, out of memory, until it is known which are used."""

from __future__ import annotations

import pickle
import weakref
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from tempfile import TemporaryFile

from generator.merge.arrival import Arrival
from generator.model.filing import Filing

Parcel = tuple[Arrival, bytes]  # an arrival without its filing, and its filing packed


def packed(arrival: Arrival) -> Parcel:
    """Return an arrival as it travels: the filing is unpacked only where it is looked at."""
    if arrival.filing is None:
        return arrival, b""
    content = pickle.dumps(arrival.filing, pickle.HIGHEST_PROTOCOL)
    return replace(arrival, filing=None), zlib.compress(content, 1)


class Shelf:
    """Filings in a file that has no name and is nobody's but ours; so it may hold pickles."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (as long-lived as what is on the shelf)
        weakref.finalize(self, self._file.close)
        self._end = 0

    def put(self, parcel: Parcel) -> Arrival:
        """Return an arrival whose filing can be fetched from here."""
        arrival, content = parcel
        if not content:
            return arrival
        self._file.seek(self._end)
        self._file.write(content)
        fetch: Callable[[], Filing] = partial(self._fetch, self._end, len(content))
        self._end += len(content)
        return replace(arrival, fetch=fetch)

    def _fetch(self, place: int, size: int) -> Filing:
        self._file.seek(place)
        filing = pickle.loads(zlib.decompress(self._file.read(size)))
        assert isinstance(filing, Filing)
        return filing
