"""A scripted Heartbeat: answers its clients as told, side by side, then prints how the program that asked ended.

heartbeat.py ANSWERS PROGRAM WORD...: ANSWERS is JSON, the fields of the answer to each request. A request that is not
there is refused, one with null is never answered; null instead of ANSWERS: no Heartbeat runs. Printed are the program's
exit code, what it said, and what each of its clients asked.
"""

import contextlib
import json
import socket
import socketserver
import struct
import subprocess
import sys
import threading
from pathlib import Path

SOCKET = Path("/run/heartbeat/register")
HEAD = struct.Struct("iI")  # length and magic number
Answers = dict[str, dict[str, str] | None]


def received(client: socket.socket) -> dict[str, str]:
    """The next request's fields; none when the client is gone."""
    head = client.recv(HEAD.size, socket.MSG_WAITALL)
    if len(head) < HEAD.size:
        return {}
    body = client.recv(HEAD.unpack(head)[0], socket.MSG_WAITALL).rstrip(b"\0").decode()
    lines = body.splitlines()
    assert (lines[0], lines[-1]) == (">>>", "<<<"), body
    return dict(line.split("=", 1) for line in lines[1:-1])


def send(client: socket.socket, fields: dict[str, str]) -> None:
    """Send an answer."""
    body = "".join([">>>\n", *(f"{name}={value}\n" for name, value in fields.items()), "<<<\n"]).encode() + b"\0"
    client.sendall(HEAD.pack(len(body), 0xABCD) + body)


class Heartbeat(socketserver.ThreadingUnixStreamServer):
    """Serves each client in a thread of its own."""

    request_queue_size = 16

    def __init__(self, answers: Answers) -> None:
        SOCKET.parent.mkdir()
        self.answers, self.asked = answers, list[list[dict[str, str]]]()
        super().__init__(str(SOCKET), Client)
        threading.Thread(target=self.serve_forever, args=(0.05,)).start()


class Client(socketserver.BaseRequestHandler):
    """Answers a client until it is gone."""

    server: Heartbeat

    def handle(self) -> None:
        """Answer, and keep what was asked."""
        asked: list[dict[str, str]] = []
        self.server.asked.append(asked)
        with contextlib.suppress(ConnectionError):  # a client need not wait for its answer
            while request := received(self.request):
                asked.append(request)
                kind = request["reqtype"]
                answer = self.server.answers.get(kind, {"result": "badreq"})
                if answer is not None and kind != "signoff":
                    send(self.request, {"t": "hbapi-resp", "reqtype": kind, "result": "OK", **answer})


def main(answers: Answers | None, command: list[str]) -> None:
    """Run the program and answer it."""
    heartbeat = Heartbeat(answers) if answers is not None else None
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if heartbeat:
        heartbeat.shutdown()
        heartbeat.server_close()  # waits for the threads, whose clients are gone
    print(json.dumps([done.returncode, done.stdout, heartbeat.asked if heartbeat else []]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
