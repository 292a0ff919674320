"""The guard on every outbound address, at the moment it is dialled.

A name can resolve to something else between a check and a connection, and a redirect can
lead anywhere; so the check is where the socket is made, and sees the address itself.
"""

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver

AddrInfo = tuple[int, int, int, str, tuple[object, ...]]

CGNAT = ipaddress.ip_network("100.64.0.0/10")
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


class RefusedError(OSError):
    """The address is not on the public internet, and private ones are not allowed."""


def public(address: str) -> bool:
    """Say whether an IP address is one on the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip in CGNAT)


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 one stands for, if it does."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if any(ip in network for network in NAT64):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def guarded_connector(
    *, allow_private: bool, limit: int = 100, resolver: AbstractResolver | None = None
) -> aiohttp.TCPConnector:
    """Give a connector that dials public addresses only, unless `allow_private`.

    Proxies would dial for us, past this check; so sessions must keep `trust_env` off.
    """

    def dial(info: AddrInfo) -> socket.socket:
        family, kind, protocol, _, address = info
        host = str(address[0])
        if not allow_private and not public(host):
            raise RefusedError(
                f"{host} is not a public address; set allow_private_addresses to dial it"
            )
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(limit=limit, resolver=resolver, socket_factory=dial)
