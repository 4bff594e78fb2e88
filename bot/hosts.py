"""Hosts on the internet: which addresses are public, and which names belong to hosts of code."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

CODE_HOSTS = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"})
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # kept for protocols, which Python knows from 3.11.10 on
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address as networks without IPv4 write it


def address(host: str) -> Address | None:
    """The host as a number, where it is written as one."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)  # a % names a network card of somebody's
    except ValueError:
        return None


def is_public(place: Address) -> bool:
    """Whether everybody on the internet means the same machine by an address, and may ask it."""
    if isinstance(place, ipaddress.IPv6Address):
        inner = _carried(place)
        if inner is not None:
            return is_public(inner)
        if place.is_reserved or place.is_site_local:  # as 127.0.0.1 written ::127.0.0.1
            return False
    return place.is_global and not place.is_multicast and place not in _PROTOCOLS


def _carried(place: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one."""
    if place in _TRANSLATED:
        return ipaddress.IPv4Address(int(place) & 0xFFFFFFFF)
    return place.ipv4_mapped or place.sixtofour


def is_code_host(host: str) -> bool:
    """Whether code lives there under its owner's name, so that what is not there may also be private."""
    return host.removeprefix("www.") in CODE_HOSTS
