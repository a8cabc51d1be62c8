"""One address for Odoo with workers: the bus's websocket goes to the gevent port, all else to the HTTP port.

A whole connection goes where its first request points: browsers open a new one for a websocket.
"""

import asyncio
import threading
from contextlib import suppress

CHUNK = 1 << 16
# Odoo's workers listen with a backlog of 8 connections each and the kernel turns away what is beyond it: the rest waits
# here, as it does in a real proxy with a connection limit.
AT_ONCE = 12


class Proxy:
    """Listens on 127.0.0.1 in a thread of its own until closed."""

    def __init__(self, port: int, http_port: int, bus_port: int):
        self._http_port, self._bus_port = http_port, bus_port
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._connections: set = set()  # asyncio itself keeps no hold of its tasks
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", port, backlog=1000))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_) -> None:
        """Stop listening; connections still open are dropped."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        with suppress(OSError, EOFError, asyncio.LimitOverrunError):
            first = await reader.readuntil(b"\n")
            to_bus = first.partition(b" ")[2].startswith(b"/websocket")
            if to_bus:  # open for hours: it takes nobody's turn
                await self._carry(first, reader, writer, self._bus_port)
            else:
                async with self._turn:
                    await self._carry(first, reader, writer, self._http_port)
        with suppress(OSError):
            writer.close()

    @staticmethod
    async def _carry(first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        up_writer.write(first)
        upwards = asyncio.ensure_future(_pump(reader, up_writer))
        # Odoo has the last word: the client may stop sending long before, but not listening.
        await _pump(up_reader, writer)
        upwards.cancel()
        up_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry one direction to its end."""
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()
