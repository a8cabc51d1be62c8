"""An SMSC for tests: speaks SMPP 3.4 on 127.0.0.1 and treats each message as the tests tell it to.

    python -m tests.sms.smpp_sim PORT CONTROL_PORT [USER PASSWORD]

The control port takes JSON lines {"call": "mo", "args": [...]} and answers {"result": ...}; what can be called are the
public methods of Smsc.
"""

import asyncio
import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass

from . import smpp_pdu as smpp


@dataclass
class Fate:
    """What becomes of a message. `receipts`: pairs of state and seconds after the submit; None = when released."""

    receipts: tuple = (("DELIVRD", 0),)
    refused: int = smpp.OK  # status of the answer to the submit
    times: int = 0  # so often it is refused, then no more; 0 = always
    hold: float = 0  # seconds the SMSC takes to answer the submit
    tlv: bool = True


FATES = {
    "deliver": Fate(),
    "later": Fate((("DELIVRD", 3),)),
    "undelivered": Fate((("UNDELIV", 0),)),
    "expired": Fate((("EXPIRED", 0),)),
    "expired_text": Fate((("EXPIRED", 0),), tlv=False),
    "enroute": Fate((("ENROUTE", 0), ("DELIVRD", 0.5))),
    "refused": Fate(refused=smpp.INVALID_DESTINATION),
    "throttled": Fate(refused=smpp.THROTTLED, times=1),
    "silent": Fate(()),
    "twice": Fate((("DELIVRD", 0), ("DELIVRD", 0.3))),
    "held": Fate((("DELIVRD", None),)),
    "slow": Fate(hold=1),
}


class Smsc:
    """The books of the SMSC, and its sessions."""

    def __init__(self, user: str = "odoo", password: str = "smpp"):
        self._login = (user, password)
        self._sessions: dict = {}  # writer → what it was bound as
        self._waiting: list = []  # deliver_sm that nobody was there for
        self._sequence = itertools.count(1)
        self._keys = itertools.count(1)
        self._tasks: set = set()
        self.reset()

    # What tests call

    def reset(self) -> None:
        """Forget what was asked and told, also receipts that are held; sessions stay."""
        self._held: list = []
        self._fates: dict = {}
        self._submits: Counter = Counter()
        self._texts: defaultdict = defaultdict(list)
        self._parts: dict = {}
        self._acks: Counter = Counter()
        self._first = self._last = 0.0

    def rule(self, numbers: list, name: str) -> None:
        """Treat messages to these numbers so; the names are those of FATES."""
        for number in numbers:
            self._fates[smpp.digits(number)] = [FATES[name], 0]

    def submits(self, numbers: list | None = None) -> dict:
        """How many messages were accepted for each number; one of several parts counts once, by its first part."""
        if numbers is None:
            return dict(self._submits)
        return {number: self._submits[smpp.digits(number)] for number in numbers}

    def texts(self, number: str) -> list:
        """The texts that the number received, long ones put together."""
        return self._texts[smpp.digits(number)]

    def stats(self) -> dict:
        """Messages, first parts: count, seconds from the first to the last; sessions; how deliver_sm were answered."""
        return {
            "submits": sum(self._submits.values()),
            "numbers": len(self._submits),
            "seconds": self._last - self._first,
            "bound": sorted(self._sessions.values()),
            "deliver_answers": {str(status): count for status, count in self._acks.items()},
        }

    def mo(self, source: str, destination: str, text: str) -> None:
        """A subscriber writes to us."""
        self._deliver(smpp.message(source, destination, text))

    def release(self) -> int:
        """Send the receipts that were held; how many."""
        held, self._held = self._held, []
        for body in held:
            self._deliver(body)
        return len(held)

    def drop(self) -> int:
        """Break every session; how many there were."""
        for writer in list(self._sessions):
            writer.transport.abort()
        return len(self._sessions)

    # The sessions

    async def serve(self, port: int, control_port: int) -> None:
        """Listen until cancelled."""
        async with (
            await asyncio.start_server(self._session, "127.0.0.1", port) as smpp_server,
            await asyncio.start_server(self._control, "127.0.0.1", control_port) as control_server,
        ):
            await asyncio.gather(smpp_server.serve_forever(), control_server.serve_forever())

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            while True:
                head = await reader.readexactly(16)
                length, command, status, sequence = smpp.struct.unpack("!IIII", head)
                body = await reader.readexactly(length - 16)
                if command == smpp.SUBMIT:
                    self._submitted(writer, sequence, body)
                elif command == smpp.ENQUIRE:
                    writer.write(smpp.pdu(command | smpp.RESPONSE, smpp.OK, sequence))
                elif command in smpp.BIND:
                    self._bound(writer, command, sequence, body)
                elif command == smpp.UNBIND:
                    writer.write(smpp.pdu(command | smpp.RESPONSE, smpp.OK, sequence))
                    break
                elif command == smpp.DELIVER | smpp.RESPONSE:
                    self._acks[status] += 1
                elif not command & smpp.RESPONSE:
                    writer.write(smpp.pdu(smpp.RESPONSE, smpp.UNKNOWN_COMMAND, sequence))
        self._sessions.pop(writer, None)
        writer.close()

    def _bound(self, writer: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> None:
        login = tuple(part.decode("latin-1") for part in body.split(b"\0")[:2])
        status = smpp.OK if login == self._login else 0x0E  # invalid password
        writer.write(smpp.pdu(command | smpp.RESPONSE, status, sequence, b"sim\0"))
        if status == smpp.OK:
            self._sessions[writer] = smpp.BIND[command]
            waiting, self._waiting = self._waiting, []
            for body in waiting:
                self._deliver(body)

    def _submitted(self, writer: asyncio.StreamWriter, sequence: int, body: bytes) -> None:
        short = smpp.parse(body)
        number = smpp.digits(short.destination)
        rule = self._fates.get(number, (Fate(), 0))
        fate, refused_before = rule
        if fate.refused and not (fate.times and refused_before >= fate.times):
            rule[1] += 1
            writer.write(smpp.pdu(smpp.SUBMIT | smpp.RESPONSE, fate.refused, sequence))
            return
        self._last = time.monotonic()
        self._first = self._first or self._last
        key = f"{next(self._keys):08x}"
        self._note(number, short)
        answer = smpp.pdu(smpp.SUBMIT | smpp.RESPONSE, smpp.OK, sequence, key.encode() + b"\0")
        self._after(fate.hold, writer.write, answer)
        if short.wants_receipt:
            for state, seconds in fate.receipts:
                receipt = smpp.receipt(short, key, state, fate.tlv)
                if seconds is None:
                    self._held.append(receipt)
                else:
                    self._after(fate.hold + seconds, self._deliver, receipt)

    def _note(self, number: str, short: smpp.Short) -> None:
        reference, of, place = short.part
        if place == 1:
            self._submits[number] += 1
        parts = self._parts.setdefault((number, short.source, reference), {})
        parts[place] = short.text
        if len(parts) >= of:
            self._texts[number].append("".join(parts[place] for place in sorted(parts)))
            del self._parts[(number, short.source, reference)]

    def _deliver(self, body: bytes) -> None:
        receivers = [writer for writer, kind in self._sessions.items() if kind != "transmitter"]
        if receivers:
            receivers[-1].write(smpp.pdu(smpp.DELIVER, smpp.OK, next(self._sequence) & 0x7FFFFFFF, body))
        else:
            self._waiting.append(body)

    @staticmethod
    def _after(seconds: float, call: callable, *args: object) -> None:
        if seconds:
            asyncio.get_running_loop().call_later(seconds, call, *args)
        else:
            call(*args)

    async def _control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            asked = json.loads(line)
            try:
                if asked["call"].startswith("_") or asked["call"] == "serve":
                    raise AttributeError(asked["call"])
                answer = {"result": getattr(self, asked["call"])(*asked.get("args", ()))}
            except Exception as error:  # told to whoever asked
                answer = {"error": repr(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
        writer.close()


if __name__ == "__main__":
    ports, login = map(int, sys.argv[1:3]), sys.argv[3:5]
    with suppress(KeyboardInterrupt):
        asyncio.run(Smsc(*login).serve(*ports))
