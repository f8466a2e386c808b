"""What stands in the field of a depot: a meter on Modbus TCP, a broker, and devices that publish to it."""
import shutil
import socket
import socketserver
import struct
import threading

from harness import LONGEST_WAIT, Failure, can_reach, require, wait_until, write_file

READ_INPUT_REGISTERS = 4
ILLEGAL_ADDRESS = 2
VOLT = 230.0


class Meter:
    """A three-phase meter with the registers of the demo's profile: floats of two words, the higher one first. It shows
    what `power_w` says, from the next question on."""

    def __init__(self, port, power_w):
        self.power_w = power_w
        self.energy_kwh = 48_211.5
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), self.handler(), bind_and_activate=False)
        self.server.allow_reuse_address = True
        self.server.daemon_threads = True
        self.server.server_bind()
        self.server.server_activate()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def words(self):
        current = self.power_w / 3 / VOLT
        values = [VOLT] * 3 + [current] * 3 + [self.power_w, self.energy_kwh]
        return struct.pack(f">{len(values)}f", *values)

    def handler(self):
        meter = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while (head := self.rfile.read(8)) and len(head) == 8:
                    transaction, _, size, unit, function = struct.unpack(">HHHBB", head)
                    body = meter.answer(function, self.rfile.read(size - 2))
                    self.wfile.write(struct.pack(">HHHB", transaction, 0, len(body) + 1, unit) + body)
        return Handler

    def answer(self, function, request):
        at, count = struct.unpack(">HH", request[:4])
        words = self.words()[2 * at:2 * (at + count)]
        if function != READ_INPUT_REGISTERS or len(words) != 2 * count:
            return bytes([function | 0x80, ILLEGAL_ADDRESS])
        return bytes([function, len(words)]) + words


def start_broker(depot):
    """mosquitto, on the port that the depot's configuration names."""
    program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
    require(program, "mosquitto is not installed")
    write_file(depot.folder / "mosquitto.conf", f"listener {depot.broker_port} 127.0.0.1\nallow_anonymous true\n")
    broker = depot.start("mosquitto", [program, "-c", depot.folder / "mosquitto.conf"], depot.folder / "mosquitto.log")
    wait_until(lambda: can_reach(depot.broker_port), "the broker listens")
    return broker


class Publisher:
    """A device that speaks MQTT 3.1.1, as little of it as it needs."""

    def __init__(self, port, name):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
        self.packet = 0
        client = name.encode()
        self.send(0x10, b"\x00\x04MQTT\x04\x02\x00\x00" + struct.pack(">H", len(client)) + client)
        require(self.connection.recv(4) == b"\x20\x02\x00\x00", "the broker did not take the device")

    def send(self, kind, body):
        size, length = b"", len(body)
        while True:
            length, digit = divmod(length, 128)
            size += bytes([digit | 0x80 if length else digit])
            if not length:
                break
        self.connection.sendall(bytes([kind]) + size + body)

    def publish(self, topic, payload):
        """QoS 1: returns once the broker has it."""
        self.packet += 1
        name, body = topic.encode(), payload.encode()
        self.send(0x32, struct.pack(">H", len(name)) + name + struct.pack(">H", self.packet) + body)
        answer = self.connection.recv(4)
        if answer != b"\x40\x02" + struct.pack(">H", self.packet):
            raise Failure(f"the broker answered {answer!r} to {topic}")
