"""An MQTT 5 broker of a few bytes that has messages of quality 1 for one client, keeps them until they are acknowledged
and notes when clients come and go. What a real broker does not tell is what tests of a restart need.
Source: MQTT 5.0 §3, §4.4."""
import socket
import struct
import threading

CONNECT, PUBACK, SUBSCRIBE, PINGREQ, DISCONNECT = 1, 4, 8, 12, 14
IN_FLIGHT = 4


class SessionBroker:
    def __init__(self, port, messages):
        self.messages = messages  # (topic, payload); the packet id is the place in the list, from 1 on
        self.acknowledged = set()
        self.acknowledged_twice = 0
        self.told = []  # "connect" and "end", in their order
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen()
        threading.Thread(target=self.run, daemon=True).start()

    def close(self):
        self.listener.close()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        sent = set()
        with client, client.makefile("rb") as stream:
            is_known = False
            try:
                while packet := read_packet(stream):
                    kind, body = packet
                    is_known = is_known or kind == CONNECT
                    if kind == DISCONNECT:
                        break
                    self.answer(client, kind, body, sent)
            except OSError:
                pass
            if is_known:
                self.told.append("end")

    def answer(self, client, kind, body, sent):
        if kind == CONNECT:
            self.told.append("connect")
            client.sendall(b"\x20\x03\x01\x00\x00")  # the session is still there
        elif kind == SUBSCRIBE:
            client.sendall(b"\x90\x04" + body[:2] + b"\x00\x01")
            self.send_more(client, sent)
        elif kind == PUBACK:
            packet = struct.unpack(">H", body[:2])[0]
            self.acknowledged_twice += packet in self.acknowledged
            self.acknowledged.add(packet)
            self.send_more(client, sent)
        elif kind == PINGREQ:
            client.sendall(b"\xd0\x00")

    def send_more(self, client, sent):
        """Keeps a few messages under way, those first that an earlier client did not acknowledge."""
        for packet in range(1, len(self.messages) + 1):
            if len(sent - self.acknowledged) >= IN_FLIGHT:
                return
            if packet not in self.acknowledged and packet not in sent:
                sent.add(packet)
                client.sendall(publish(packet, *self.messages[packet - 1]))


def publish(packet, topic, payload):
    name = topic.encode()
    body = struct.pack(">H", len(name)) + name + struct.pack(">H", packet) + b"\x00" + payload.encode()
    return bytes([0x32]) + length(len(body)) + body


def length(size):
    out = b""
    while True:
        size, digit = divmod(size, 128)
        out += bytes([digit | 0x80 if size else digit])
        if not size:
            return out


def read_packet(stream):
    """Kind and body; nothing at the end of the connection."""
    head = stream.read(1)
    if not head:
        return None
    size, shift = 0, 0
    while True:
        digit = stream.read(1)
        if not digit:
            return None
        size |= (digit[0] & 0x7F) << shift
        shift += 7
        if not digit[0] & 0x80:
            break
    return head[0] >> 4, stream.read(size)
