"""The program's own addresses behind a real web server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from services.routes import routes


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server, on a free port, for the length of the block."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join(5)
