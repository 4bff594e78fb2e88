"""How often one address may ask: a bucket that empties with each request and fills with time."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

MOST = 10_000  # addresses that are remembered, about 2 MB; the one that was quiet longest is forgotten first
HOUSEHOLD = 64  # bits of an IPv6 address that one customer has; whoever has one such address has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many requests may come at once, and how many a second in the long run."""

    at_once: int
    a_second: float


class Buckets:
    """One bucket for each client; seconds are whatever clock the caller reads."""

    def __init__(self, allowance: Allowance, *, most: int = MOST) -> None:
        self._allowance, self._most = allowance, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is in it, and since when

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str, at: float) -> float:
        """How many seconds until a client may ask again; 0 if it may now."""
        self._forget_the_quiet(at)
        lacking = 1.0 - self._filled(client, at)
        return max(0.0, lacking / self._allowance.a_second)

    def take(self, client: str, at: float) -> None:
        """Count one request."""
        self._buckets[client] = max(0.0, self._filled(client, at) - 1.0), at
        self._buckets.move_to_end(client)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def _forget_the_quiet(self, at: float) -> None:
        """Drop the buckets that are full again for certain; those that were quiet longest stand first."""
        full_after = self._allowance.at_once / self._allowance.a_second
        while self._buckets and next(iter(self._buckets.values()))[1] + full_after <= at:
            self._buckets.popitem(last=False)

    def _filled(self, client: str, at: float) -> float:
        full = float(self._allowance.at_once)
        held, since = self._buckets.get(client, (full, at))
        return min(full, held + max(0.0, at - since) * self._allowance.a_second)


def client_of(remote: str | None, forwarded: str | None) -> str:
    """Whose bucket a request empties; `forwarded` is what a proxy of ours says, None where there is none.

    Only the last hop of it was written by that proxy: all before is what the client claims.
    """
    claimed = (forwarded or "").rsplit(",", 1)[-1].strip()
    for said in (claimed, remote or ""):
        try:
            address = ipaddress.ip_address(said)
        except ValueError:
            continue
        if isinstance(address, ipaddress.IPv6Address):
            mapped = address.ipv4_mapped
            if mapped is not None:
                return str(mapped)
            return str(ipaddress.ip_network((int(address), HOUSEHOLD), strict=False))
        return str(address)
    return "unknown"
