"""Reads a journal of format 1 by docs/formats.md, and writes one for the judge's self-test; reads billing that was carried
out of it. Knows no code of the gateway.

Needs Debian's python3-lmdb and python3-xxhash.
"""
import collections
import dataclasses
import json
import pathlib
import struct

import lmdb
import xxhash

CLASSES = ("billing", "safety", "state", "telemetry")
LOGS = tuple(f"log{number}" for number in range(4))
TABLES = ("meta", "boots", "types", "streams", "pend", "nmap", "gaps", "ids", "imported", "kv", *LOGS)
VERSION = 1
BOOT = struct.Struct("<16sqqB?qBBqq")
POINT = struct.Struct("<Q32s")
PEND = struct.Struct("<QBQIqqBH32s")
RECORD_FIXED = struct.Struct("<BBBBBBQIIqqq")  # from offset 9 of the value on


@dataclasses.dataclass(frozen=True)
class Record:
    sequence: int
    ordinal: int
    type: int
    boot: int
    id: str
    subject: str
    partition_key: str
    data: str
    origin: tuple = None  # (store id, sequence) that it had before it was imported


@dataclasses.dataclass(frozen=True)
class StreamRow:
    endpoint: int
    event_class: int
    generation: int
    closed: bool
    start: int
    cursor: int
    n: int
    hash: bytes
    filter: str


@dataclasses.dataclass(frozen=True)
class PendRow:
    """An event that a stream's cursor has passed although it is not done."""
    endpoint: int
    event_class: int
    generation: int
    n: int
    sequence: int
    state: int
    key: int
    attempts: int
    first_failure: int
    last_failure: int
    quality: int
    status: int
    before: bytes


@dataclasses.dataclass(frozen=True)
class Point:
    """Of a stream's chain: the event with that n, and h(n)."""
    endpoint: int
    event_class: int
    generation: int
    n: int
    sequence: int
    hash: bytes


@dataclasses.dataclass(frozen=True)
class Notice:
    """What one stream lost, and the event that tells it so."""
    endpoint: int
    generation: int
    event: int
    from_sequence: int
    to_sequence: int
    events: int
    ranges: tuple  # of (from n, to n, h(from - 1), h(to))
    files: tuple = ()  # that events lost were carried out to, below the data folder


@dataclasses.dataclass(frozen=True)
class GapRow:
    event_class: int
    from_sequence: int
    to_sequence: int
    from_ordinal: int
    to_ordinal: int
    reason: int
    notices: tuple


@dataclasses.dataclass(frozen=True)
class BootRow:
    uuid: bytes
    opened_wall: int
    opened_boot: int
    opened_quality: int
    clean_stop: bool
    stop_wall: int
    learned_quality: int
    learned_source: int
    learned_offset: int
    learned_at: int


@dataclasses.dataclass(frozen=True)
class KnownId:
    day: int
    hash: int
    sequence: int
    content: int


@dataclasses.dataclass
class Store:
    """Everything in a store, and the rows that could not be read as sentences."""
    meta: dict = dataclasses.field(default_factory=dict)
    boots: dict = dataclasses.field(default_factory=dict)
    types: dict = dataclasses.field(default_factory=dict)
    streams: list = dataclasses.field(default_factory=list)
    pend: list = dataclasses.field(default_factory=list)
    points: list = dataclasses.field(default_factory=list)  # by stream and n
    gaps: list = dataclasses.field(default_factory=list)
    ids: list = dataclasses.field(default_factory=list)
    imported: list = dataclasses.field(default_factory=list)  # of (store id, first sequence, last sequence)
    kv: dict = dataclasses.field(default_factory=dict)
    logs: list = dataclasses.field(default_factory=lambda: [[], [], [], []])
    last_keys: list = dataclasses.field(default_factory=lambda: [0, 0, 0, 0])  # of each log, damaged rows included
    damaged: list = dataclasses.field(default_factory=list)

    def floor(self, event_class):
        """(sequence, ordinal) of the last record trimmed from this class's log."""
        return self.meta[f"floor/{event_class}"]

    def next_sequence(self):
        """One above the highest sequence that the store has given; 0: none yet."""
        highest = max(*self.last_keys, *(self.floor(number)[0] for number in range(len(LOGS))))
        return max(self.meta["next_seq_min"], highest + 1 if highest else 0)

    def endpoint_names(self):
        owner = "config/endpoints/"
        return {int(value): key.removeprefix(owner)
                for key, value in self.kv.items() if key.startswith(owner)}


def sealed(table, key, body):
    rest = bytes([VERSION]) + body
    return struct.pack("<Q", xxhash.xxh3_64_intdigest(table.encode() + key + rest)) + rest


def text_hash(text):
    """Of an event id in `ids`, of a partition key in `pend`."""
    return xxhash.xxh3_64_intdigest(text.encode())


class Damaged(Exception):
    pass


def unsealed(table, key, value):
    if len(value) < 9:
        raise Damaged(f"{len(value)} bytes")
    if xxhash.xxh3_64_intdigest(table.encode() + key + value[8:]) != struct.unpack_from("<Q", value)[0]:
        raise Damaged("the check does not agree")
    if value[8] != VERSION:
        raise Damaged(f"version {value[8]}")
    return value[9:]


def text_at(body, offset, length_format):
    (length,) = struct.unpack_from(length_format, body, offset)
    begin = offset + struct.calcsize(length_format)
    if begin + length > len(body):
        raise Damaged("a text is longer than its value")
    return body[begin:begin + length].decode(), begin + length


def record_from(key, body, number):
    (encoding, event_class, flags, _, _, _, ordinal, event_type, boot, _, _, _) = RECORD_FIXED.unpack_from(body)
    if encoding != 0 or event_class != number or flags & ~0b1111:
        raise Damaged(f"encoding {encoding}, class {event_class}, flags {flags}")
    offset = RECORD_FIXED.size + (16 if flags & 4 else 0)
    origin = struct.unpack_from("<QQ", body, RECORD_FIXED.size) if flags & 4 else None
    event_id, offset = text_at(body, offset, "<H")
    subject, offset = text_at(body, offset, "<H")
    partition_key, offset = text_at(body, offset, "<H")
    data, offset = text_at(body, offset, "<I")
    if offset != len(body):
        raise Damaged(f"{len(body) - offset} bytes behind the data")
    return Record(int.from_bytes(key, "big"), ordinal, event_type, boot, event_id, subject, partition_key, data,
                  origin)


def stream_from(key, body):
    endpoint, event_class, generation = struct.unpack(">IBI", key)
    closed, start, cursor, n, full = struct.unpack_from("<BQQQ32s", body)
    text, _ = text_at(body, struct.calcsize("<BQQQ32s"), "<I")
    return StreamRow(endpoint, event_class, generation, closed != 0, start, cursor, n, full, text)


def pend_from(key, body):
    row = PendRow(*struct.unpack(">IBIQ", key), *PEND.unpack(body))
    if row.event_class > 3 or row.n == 0 or row.sequence == 0 or row.state > 2 or row.quality > 4:
        raise Damaged(f"class {row.event_class}, n {row.n}, sequence {row.sequence}, state {row.state}")
    return row


def point_from(key, body):
    row = Point(*struct.unpack(">IBIQ", key), *POINT.unpack(body))
    if row.event_class > 3 or row.n == 0 or row.n % 256 or row.sequence < row.n:
        raise Damaged(f"class {row.event_class}, n {row.n}, sequence {row.sequence}")
    return row


def repeated(body, offset, read):
    """A u16 that says how many follow, then these."""
    (count,) = struct.unpack_from("<H", body, offset)
    offset += 2
    items = []
    for _ in range(count):
        item, offset = read(body, offset)
        items.append(item)
    return tuple(items), offset


def range_at(body, offset):
    return struct.unpack_from("<QQ32s32s", body, offset), offset + 80


def short_text_at(body, offset):
    return text_at(body, offset, "<H")


def type_at(body, offset):
    text, offset = text_at(body, offset, "<H")
    return (text, struct.unpack_from("<Q", body, offset)[0]), offset + 8


def notice_at(body, offset):
    fixed = struct.Struct("<IIQQQQqq")
    endpoint, generation, event, first, last, events, _, _ = fixed.unpack_from(body, offset)
    ranges, offset = repeated(body, offset + fixed.size, range_at)
    _, offset = repeated(body, offset, type_at)
    _, offset = repeated(body, offset + 1, short_text_at)
    files, offset = repeated(body, offset, short_text_at)
    return Notice(endpoint, generation, event, first, last, events, ranges, files), offset


def gap_from(key, body):
    event_class, first = struct.unpack(">BQ", key)
    last, first_ordinal, last_ordinal, reason = struct.unpack_from("<QQQB", body)
    notices, offset = repeated(body, 25, notice_at)
    if offset != len(body):
        raise Damaged(f"{len(body) - offset} bytes behind the notices")
    return GapRow(event_class, first, last, first_ordinal, last_ordinal, reason, notices)


def origins_from(body):
    """(store id, last sequence, reason, wall time) of each store that this one goes on from."""
    (count,) = struct.unpack_from("<H", body)
    if len(body) != 2 + 25 * count:
        raise Damaged(f"{len(body)} bytes for {count} origins")
    return [struct.unpack_from("<QQBq", body, 2 + 25 * index) for index in range(count)]


def boot_from(body):
    if len(body) != BOOT.size:
        raise Damaged(f"{len(body)} bytes")
    row = BootRow(*BOOT.unpack(body))
    if row.opened_quality > 4 or row.learned_quality > 4 or row.learned_source > 4:
        raise Damaged("a quality or source that does not exist")
    if (row.learned_quality == 0) != (row.learned_source == 0) or (
            row.learned_quality == 0 and (row.learned_offset or row.learned_at)):
        raise Damaged("half of a learned offset")
    return row


def take_row(store, table, key, body):
    if table == "meta":
        name = key.decode()
        if name == "origins":
            store.meta[name] = origins_from(body)
            return
        form = {"created": "<qB"}.get(name, "<QQ" if name.startswith("floor/") else "<Q")
        fields = struct.unpack(form, body)
        store.meta[name] = fields if len(fields) > 1 else fields[0]
    elif table == "boots":
        store.boots[int.from_bytes(key, "big")] = boot_from(body)
    elif table == "types":
        store.types[int.from_bytes(key, "big")] = body.decode()
    elif table == "streams":
        store.streams.append(stream_from(key, body))
    elif table == "pend":
        store.pend.append(pend_from(key, body))
    elif table == "nmap":
        store.points.append(point_from(key, body))
    elif table == "gaps":
        store.gaps.append(gap_from(key, body))
    elif table == "ids":
        store.ids.append(KnownId(*struct.unpack(">IQ", key), *struct.unpack("<QQ", body)))
    elif table == "imported":
        first, last = int.from_bytes(key[8:], "big"), struct.unpack("<Q", body)[0]
        if len(key) != 16 or not 0 < first <= last:
            raise Damaged(f"{len(key)} bytes of key, sequences {first} to {last}")
        store.imported.append((int.from_bytes(key[:8], "big"), first, last))
    elif table == "kv":
        store.kv[key.decode()] = body
    else:
        number = LOGS.index(table)
        store.logs[number].append(record_from(key, body, number))


def read_store(folder):
    """Reads the store of a gateway that is stopped, or a copy. Never writes, not even a lock file."""
    store = Store()
    with lmdb.open(str(folder), max_dbs=32, readonly=True, lock=False, create=False) as environment:
        with environment.begin() as transaction:
            for table in TABLES:
                try:
                    database = environment.open_db(table.encode(), transaction, create=False)
                except lmdb.NotFoundError:
                    if table in ("imported", "pend", "nmap"):  # the last opening was by a version that did not know it
                        continue
                    raise
                for key, value in transaction.cursor(database):
                    if table in LOGS:
                        store.last_keys[LOGS.index(table)] = int.from_bytes(key, "big")
                    try:
                        take_row(store, table, key, unsealed(table, key, value))
                    except (Damaged, struct.error, UnicodeDecodeError) as error:
                        store.damaged.append(f"{table} {key.hex()}: {error}")
    return store


CHECK_LEAD = b',"check":"'


def held_line(text):
    """One line of a file of held billing, without its end. @return (sequence, id)"""
    body, lead, check = text.rpartition(CHECK_LEAD)
    if not lead or check != b"%016x\"}" % xxhash.xxh3_64_intdigest(body):
        raise Damaged("the check does not agree")
    line = json.loads(text)
    if line["class"] != "billing" or line["carriedout"] is not True or line["previous"] != 0:
        raise Damaged("no line of billing that was carried out")
    return line["sequence"], line["id"]


def read_held(path):
    """Ids by sequence of a file of billing that was carried out."""
    content = pathlib.Path(path).read_bytes()
    if not content.endswith(b"\n"):
        raise Damaged("the last line has no end")
    events = [held_line(text) for text in content[:-1].split(b"\n")]
    if any(before >= after for (before, _), (after, _) in zip(events, events[1:])):
        raise Damaged("its sequences do not rise")
    return dict(events)


def write_store(folder, rows):
    """@param rows  (table, key, body): sealed and put as they are"""
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    by_table = collections.defaultdict(list)
    for table, key, body in rows:
        by_table[table].append((key, body))
    with lmdb.open(str(folder), max_dbs=32, map_size=1 << 24) as environment:
        with environment.begin(write=True) as transaction:
            for table in TABLES:
                database = environment.open_db(table.encode(), transaction)
                for key, body in by_table[table]:
                    transaction.put(key, sealed(table, key, body), db=database)
