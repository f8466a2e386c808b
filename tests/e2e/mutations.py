"""Frames that no good charger sends: legal ones, broken at random places, and a few that are known to hurt."""

CALLS = [
    '[2,"m-1","BootNotification",{"chargePointVendor":"A","chargePointModel":"B","firmwareVersion":"6.4.1"}]',
    '[2,"m-2","StatusNotification",{"connectorId":2,"errorCode":"GroundFailure","status":"Faulted",'
    '"timestamp":"2026-11-24T06:12:09Z","vendorErrorCode":"0x17","info":"wet"}]',
    '[2,"m-3","StartTransaction",{"connectorId":2,"idTag":"04FF","meterStart":1200,"timestamp":"2026-11-24T06:12:09Z",'
    '"reservationId":7}]',
    '[2,"m-4","StopTransaction",{"transactionId":1,"meterStop":9200,"timestamp":"2026-11-24T07:12:09Z","reason":"Local",'
    '"transactionData":[{"timestamp":"2026-11-24T07:12:09Z","sampledValue":[{"value":"1","format":"SignedData"}]}]}]',
    '[2,"m-5","MeterValues",{"connectorId":2,"transactionId":1,"meterValue":[{"timestamp":"2026-11-24T06:30:00Z",'
    '"sampledValue":[{"value":"12.50","unit":"Wh"}]}]}]',
    '[3,"m-6",{"status":"Accepted"}]',
    '[4,"m-7","GenericError","",{}]',
]
WORDS = [b"null", b"-1", b"1e400", b"9223372036854775808", b"{", b"]", b'"', b"\\u0000", b"\\ud800", b"[[", b",,", b"NaN",
         "ü".encode(), b"\xff", b"\x00", b"true", b'"2"', b"2.5"]
KNOWN = [
    (True, b""), (True, b" "), (True, b"[]"), (True, b"{}"), (True, b"null"), (True, b"[2]"), (True, b"[2,\"x\"]"),
    (True, b"," + CALLS[0].encode()), (True, b"[" * 20000), (True, b'{"a":' * 5000 + b"1" + b"}" * 5000),
    (True, b"[2,\"" + b"i" * 5000 + b"\",\"Heartbeat\",{}]"), (True, b"[2,\"a\",\"" + b"A" * 70000 + b"\",{}]"),
    (True, b"[2,\"a\",\"Heartbeat\",{\"x\":\"" + b"y" * 200_000 + b"\"}]"), (True, b"[9,\"a\",\"b\",{}]"),
    (True, b"y" * 300_000), (False, b""), (False, b"\x00\x01\x02"), (False, CALLS[2].encode()), (True, b"\xff\xfe"),
    (True, b"\xc3"), (True, CALLS[4].replace("{", " {\n\t").encode()), (True, b"[2,\"a\",\"StopTransaction\",null]"),
]


def broken(dice, frame):
    at = dice.randrange(len(frame) + 1)
    other = dice.randrange(len(frame) + 1)
    first, last = min(at, other), max(at, other)
    kind = dice.randrange(7)
    if kind == 0:
        return frame[:at]
    if kind == 1:
        return frame[:first] + frame[last:]
    if kind == 2:
        return frame[:last] + frame[first:]
    if kind == 3:
        return frame[:at] + dice.choice(WORDS) + frame[at:]
    if kind == 4:
        return frame[:at] + bytes([dice.randrange(256)]) + frame[at + 1:]
    if kind == 5:
        return frame[:first] + dice.choice(WORDS) + frame[last:]
    return frame.replace(dice.choice([b'"', b":", b",", b"20", b"1", b"connectorId", b"Transaction"]), dice.choice(WORDS))


def mutations(dice, count):
    """`count` frames as (is it text, bytes)."""
    made = list(KNOWN)
    while len(made) < count:
        frame = dice.choice(CALLS).encode()
        for _ in range(dice.randrange(1, 4)):
            frame = broken(dice, frame)
        made.append((dice.random() < 0.95, frame))
    dice.shuffle(made)
    return made[:count]
