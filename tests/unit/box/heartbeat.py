"""A scripted Heartbeat: answers one client as told, then prints how that ended, what it printed and what it asked.

heartbeat.py ANSWERS PROGRAM WORD...: ANSWERS is JSON, the fields of the answer to each request. A request that is not
there is refused, one with null is never answered; null instead of ANSWERS: no Heartbeat runs.
"""

import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

SOCKET = Path("/run/heartbeat/register")
HEAD = struct.Struct("iI")  # length and magic number


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


def serve(client: socket.socket, answers: dict[str, dict[str, str] | None]) -> list[dict[str, str]]:
    """Answer until the client is gone; returns what it asked."""
    asked = []
    while request := received(client):
        asked.append(request)
        kind = request["reqtype"]
        answer = answers.get(kind, {"result": "badreq"})
        if answer is not None and kind != "signoff":
            send(client, {"t": "hbapi-resp", "reqtype": kind, "result": "OK", **answer})
    return asked


def main(answers: dict[str, dict[str, str] | None] | None, command: list[str]) -> None:
    """Run the program and answer it."""
    with socket.socket(socket.AF_UNIX) as server:
        if answers is not None:
            SOCKET.parent.mkdir()
            server.bind(str(SOCKET))
            server.listen()
        program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        asked = serve(server.accept()[0], answers) if answers is not None else []
        printed, _ = program.communicate()
        print(json.dumps([program.returncode, printed, asked]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
