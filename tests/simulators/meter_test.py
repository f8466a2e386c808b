#!/usr/bin/python3
"""The meter answers what it is told to, over TCP and on a pty, in the frames of the standard. Knows no library."""
import argparse
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tty


def crc(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


class Meter:
    def __init__(self, program, *arguments):
        self.folder = tempfile.TemporaryDirectory(prefix="chargehook-meter-")
        port_file = os.path.join(self.folder.name, "port")
        self.process = subprocess.Popen([program, *arguments, "--port-file", port_file], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while not os.path.exists(port_file):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("the meter does not start: " + self.process.stderr.read())
            time.sleep(0.01)
        with open(port_file, encoding="utf-8") as file:
            self.where = file.read().strip()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self):
        self.say("quit")
        code = self.process.wait(20)
        self.folder.cleanup()
        return code


class Tcp:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", int(port)), 10)

    def ask(self, unit, function, first, count):
        body = struct.pack(">BBHH", unit, function, first, count)
        self.socket.sendall(struct.pack(">HHH", 5, 0, len(body)) + body)
        header = self.receive(6)
        return self.receive(struct.unpack(">HHH", header)[2])

    def receive(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionError("closed")
            data += more
        return data


class Serial:
    def __init__(self, path):
        self.port = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.port, termios.TCSANOW)

    def ask(self, unit, function, first, count):
        body = struct.pack(">BBHH", unit, function, first, count)
        os.write(self.port, body + crc(body))
        data = b""
        while len(data) < 5 or (data[1] < 0x80 and len(data) < 5 + data[2]):
            if not select.select([self.port], [], [], 10)[0]:
                raise TimeoutError("no answer")
            data += os.read(self.port, 256)
        assert crc(data[:-2]) == data[-2:], data
        return data[:-2]


def value(line, unit, register):
    answer = line.ask(unit, 4, register, 2)
    assert answer[:3] == bytes([unit, 4, 4]), answer
    return struct.unpack(">f", answer[3:])[0]


def becomes(line, unit, register, wanted):
    deadline = time.monotonic() + 60
    while abs(value(line, unit, register) - wanted) > abs(wanted) * 1e-3:
        assert time.monotonic() < deadline, (register, value(line, unit, register), wanted)
    return True


def check(program, transport, line_of):
    meter = Meter(program, *transport, "--unit", "2", "--power", "20 kW")
    line = line_of(meter.where)
    assert abs(value(line, 2, 52) - 20000) < 1
    assert abs(value(line, 2, 0) - 230.2) < 1e-3
    assert struct.unpack(">I", line.ask(2, 3, 0xFC00, 2)[3:])[0] == 1234567
    before = value(line, 2, 72)
    meter.say("meter.power 9000 kW")
    becomes(line, 2, 52, 9e6)
    becomes(line, 2, 14, 3e6)
    deadline = time.monotonic() + 60
    while value(line, 2, 72) <= before:  # energy is counted
        assert time.monotonic() < deadline
    meter.say("ramp meter.power 12 kW in 1 s")
    becomes(line, 2, 52, 12000)
    meter.say("refuse")
    deadline = time.monotonic() + 60
    while (answer := line.ask(2, 4, 52, 2)) != bytes([2, 0x84, 2]):
        assert time.monotonic() < deadline, answer
    meter.say("answer")
    meter.say("meter.frequency 49.8 Hz")
    while len(line.ask(2, 4, 52, 2)) != 7:
        assert time.monotonic() < deadline
    becomes(line, 2, 70, 49.8)
    assert meter.end() == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--meter", required=True)
    program = parser.parse_args().meter
    check(program, ["--tcp", "127.0.0.1:0"], Tcp)
    check(program, ["--rtu", "pty"], Serial)
    wrong = subprocess.run([program, "--tcp", "127.0.0.1:0", "--power", "20"], stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, check=False, timeout=60)
    assert wrong.returncode == 2 and "95 kW" in wrong.stderr, wrong
    print("the meter answers as it is told")


if __name__ == "__main__":
    main()
