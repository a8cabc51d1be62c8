"""Lists of internet addresses and networks, as people type them."""

import ipaddress
import re


def parse(text):
    """(networks, what is none) of a text with one address or network per line or between commas.

    :return: tuple of ip_network, list of the words that are no address
    """
    networks, bad = [], []
    for word in filter(None, re.split(r"[,;\s]+", text or "")):
        try:
            networks.append(ipaddress.ip_network(word, strict=True))
        except ValueError:
            bad.append(word)
    return tuple(networks), bad


def is_within(address, networks):
    """True when the address is in one of the networks; what is no address is in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on IPv6 sees IPv4 callers as ::ffff:192.0.2.1.
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)
