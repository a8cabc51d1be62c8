"""How a telephone exchange signs what it says and seals a number: as `openssl` can, too (docs/screen-pop.md)."""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
SEALED = re.compile(r"(?:[0-9a-f]{32}){2,8}", re.ASCII)
# What the parts of an address are signed in, so that no request's signature is ever an address's.
PARTS = ("extension", "number", "hotline", "call", "time")


class BadSeal(ValueError):
    """The text is no number sealed with this secret."""


def of_request(secret, moment, body):
    """The signature of a request.

    :param str moment: seconds since 1970, as the header says them
    :param bytes body: as it was sent
    :return: 64 hexadecimal digits
    """
    return _hmac(secret, moment.encode() + b"." + body)


def of_address(secret, values):
    """The signature of an address to be opened in a browser.

    :param dict values: the texts of PARTS, the number sealed; a part that is missing is empty
    """
    return _hmac(secret, "\n".join(["pop", *(values.get(part) or "" for part in PARTS)]).encode())


def is_same(signature, expected):
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(signature.encode(), expected.encode())


def unsealed(secret, sealed):
    """The number of an address: AES-256 in CBC mode, 16 bytes of IV before it, all as hexadecimal digits.

    The signature says who wrote it: look at that first.

    :raise BadSeal: when it is none
    """
    if not SEALED.fullmatch(sealed or ""):
        raise BadSeal
    data = bytes.fromhex(sealed)
    key = bytes.fromhex(_hmac(secret, b"number"))
    decryptor = Cipher(algorithms.AES(key), modes.CBC(data[:BLOCK])).decryptor()
    unpadder = padding.PKCS7(BLOCK * 8).unpadder()
    try:
        padded = decryptor.update(data[BLOCK:]) + decryptor.finalize()
        return (unpadder.update(padded) + unpadder.finalize()).decode()
    except ValueError as error:
        raise BadSeal from error


def _hmac(secret, message):
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
