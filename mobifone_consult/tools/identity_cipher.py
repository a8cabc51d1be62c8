"""Encryption of identity papers, and the signature of the logs' seals. The keys come from a file outside the database;
nothing is ever kept in clear.

Each record has a data key of its own. The data key is wrapped by the first key of the key file, so that a rotation
rewrites small rows and no photo, and a record is beyond recovery once its data key is gone.
"""

import configparser
import functools
import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken

from odoo.tools import config

# The file: one key a line, the first encrypts, all decrypt; empty lines and lines with “#” are skipped.
ENVIRONMENT = "MOBIFONE_IDENTITY_KEY_FILE"
SECTION, OPTION = "mobifone_consult", "identity_key_file"


class KeyProblem(Exception):
    """No key can be had. `code`: missing (none is set up), unreadable, malformed, unknown (not the one that locked)."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Keyring:
    """The keys of a key file, newest first."""

    def __init__(self, keys: list):
        self._fernets = [Fernet(key) for key in keys]
        self._index_keys = [_derived(key, b"number index") for key in keys]
        self._sign_keys = [_derived(key, b"log seal") for key in keys]
        self.names = [_derived(key, b"name").hex()[:8] for key in keys]

    @property
    def name(self) -> str:
        """Name of the key that encrypts; it tells nothing about the key."""
        return self.names[0]

    def new_data_key(self) -> tuple:
        """A new data key: (wrapped, the box it locks)."""
        data_key = Fernet.generate_key()
        return self._wrap(data_key), Box(data_key)

    def box(self, wrapped: bytes) -> "Box":
        """The box of a wrapped data key.

        :raise KeyProblem: when none of the keys wrapped it
        """
        return Box(self._unwrap(wrapped))

    def rewrap(self, wrapped: bytes) -> bytes:
        """The same data key, wrapped by the first key."""
        return self._wrap(self._unwrap(wrapped))

    def index(self, text: str) -> str:
        """Keyed hash of `text`, to search by; made with the first key."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list:
        """The keyed hashes of `text` by each of the keys: while keys are being changed rows carry either."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:40] for key in self._index_keys]

    def sign(self, text: str, name: str | None = None) -> str:
        """Keyed hash of `text` that proves who wrote it: whoever has the database only cannot make it.

        :param name: of the key; default the first one
        :raise KeyProblem: when the file has no key of that name
        """
        if name is not None and name not in self.names:
            raise KeyProblem("unknown")
        key = self._sign_keys[self.names.index(name) if name is not None else 0]
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def _wrap(self, data_key):
        return _raw(self._fernets[0].encrypt(data_key))

    def _unwrap(self, wrapped):
        token = _token(wrapped)
        for fernet in self._fernets:
            try:
                return fernet.decrypt(token)
            except InvalidToken:
                continue
        raise KeyProblem("unknown")


class Box:
    """What one data key locks. Ciphertext is raw bytes: as base64 text Odoo would index it as words. A mark before it
    keeps Odoo from taking it for a picture of some forgotten kind, and tells the format."""

    MARK = b"MFE1"

    def __init__(self, data_key: bytes):
        self._fernet = Fernet(data_key)

    def lock(self, content: bytes) -> bytes:
        return self.MARK + _raw(self._fernet.encrypt(content))

    def unlock(self, ciphertext: bytes) -> bytes:
        """:raise KeyProblem: when it was not locked with this data key, or was damaged"""
        try:
            return self._fernet.decrypt(_token(ciphertext.removeprefix(self.MARK)))
        except InvalidToken as error:
            raise KeyProblem("unknown") from error


def key_file() -> str | None:
    """Path of the key file: by the environment, or by a section of its own in odoo.conf; None when none is named."""
    return os.environ.get(ENVIRONMENT) or _configured(config["config"])


def keyring() -> Keyring:
    """The keys of the key file, read again when the file changed.

    :raise KeyProblem: when there is none, or it cannot be read
    """
    path = key_file()
    if not path:
        raise KeyProblem("missing")
    try:
        state = os.stat(path)
    except FileNotFoundError as error:
        raise KeyProblem("missing") from error
    except OSError as error:
        raise KeyProblem("unreadable") from error
    return _read(path, state.st_mtime_ns, state.st_size, state.st_ino)


def new_key() -> str:
    """A new line for the key file."""
    return Fernet.generate_key().decode()


@functools.lru_cache(maxsize=4)
def _read(path, *_state):
    try:
        with open(path, encoding="ascii") as file:
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem("unreadable") from error
    keys = [line.encode() for line in lines if line and not line.startswith("#")]
    if not keys:
        raise KeyProblem("missing")
    try:
        return Keyring(keys)
    except ValueError as error:
        raise KeyProblem("malformed") from error


@functools.lru_cache(maxsize=4)
def _configured(path):
    # Odoo warns of options that it does not know, but reads no section except its own.
    parser = configparser.RawConfigParser()
    try:
        parser.read([path] if path else [])
    except configparser.Error:
        return None
    return parser.get(SECTION, OPTION, fallback="") or None


def _derived(key, purpose):
    return hmac.new(urlsafe_b64decode(key), b"mobifone_consult " + purpose, hashlib.sha256).digest()


def _raw(token):
    return urlsafe_b64decode(token)


def _token(ciphertext):
    return urlsafe_b64encode(ciphertext)
