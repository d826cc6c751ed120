"""pyserial's RFC 2217 server (serial.rfc2217.PortManager) on a serial line that exists only here.

Prints one JSON line for its port, and one for each change that the client makes to the line. Reads modem lines
from stdin, one JSON object a line: {"cts": true, "cd": false}. Bytes from the client come back.
"""
import json
import socket
import sys
import threading

import serial.rfc2217


def tell(**what):
    print(json.dumps(what), flush=True)


class Line:
    """The attributes that PortManager reads and writes."""

    def __init__(self):
        self.__dict__.update(cts=False, dsr=False, ri=False, cd=False)

    def __setattr__(self, name, value):
        self.__dict__[name] = value
        tell(set=name, value=value)

    def reset_input_buffer(self):
        tell(set="purged", value="input")

    def reset_output_buffer(self):
        tell(set="purged", value="output")


class Connection:
    def __init__(self, peer):
        self.peer = peer

    def write(self, data):
        self.peer.sendall(data)


line = Line()
for name, value in dict(
    baudrate=9600, bytesize=8, parity="N", stopbits=1, xonxoff=False, rtscts=False, break_condition=False,
    dtr=True, rts=True,
).items():
    line.__dict__[name] = value
server = socket.create_server(("127.0.0.1", 0))
tell(port=server.getsockname()[1])
peer, _ = server.accept()
manager = serial.rfc2217.PortManager(line, Connection(peer))


def modem_lines():
    for text in sys.stdin:
        line.__dict__.update(json.loads(text))
        manager.check_modem_lines()


threading.Thread(target=modem_lines, daemon=True).start()
while True:
    data = peer.recv(1024)
    if not data:
        break
    text = b"".join(manager.filter(data))
    if text:
        peer.sendall(b"".join(manager.escape(text)))
