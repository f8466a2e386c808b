#!/usr/bin/python3
"""Says whether a journal keeps what it promises, on a copy or with the gateway stopped.

    store_judge.py STORE [--earlier STORE] [--told SOURCE.jsonl …] [--received RECEIVER.jsonl …] [--data FOLDER]
    store_judge.py --self-test

Within a store: every check agrees; ordinals go on without a hole from the floor, sequences rise and are never used
twice; type and boot of every record are known; n and hash of every stream's cursor are
those of the records up to it, or of what `gaps` tells. Each row of `pend` lies at or below its open stream's cursor, and
its record is there with that n, that hash before it and that partition key. Each multiple of 256 that a stream's cursor has passed has
its row in `nmap`, but for those that went with the records and unless the store was full; from row to row and to the cursor n and hash follow from the
records. Rows of `gaps` lie below the floor and do not
overlap; those of what cannot be read lie anywhere, name no sound record of this store, and no number. The events that tell of
rows are there, at the latest when a run has ended. Billing is gone only if it was carried out, and then each record that is
gone has a sound line in a file that its row names. Each row of `ids` names a record of that id, or one that is trimmed or in a
gap,
and each another. Rows of `imported` do not touch, and cover every record that was imported. Against an earlier look at the same store: nothing has gone back. Against what sources
were told: every event is there under its id, or trimmed. Against what receivers took: what a cursor has passed was taken,
or is in `pend`, or in a gap.
Exit code 0: all is well, 1: violations, listed, 2: wrong use.
"""
import argparse
import bisect
import collections
import hashlib
import json
import pathlib
import struct
import sys
import tempfile

import xxhash

from judge import Judgement, is_taken, read_lines, told_gaps
from store import CHECK_LEAD, CLASSES, PEND, POINT, RECORD_FIXED, Damaged, read_held, read_store, text_hash, write_store

CARRIED_OUT = 4  # reason of a gap


def judge_store(store, earlier=None, told=(), taken=None, data=None, was_full=False):
    """@param taken  deliveries that the one receiver took, or None if that is not known
    @param was_full whether it has been more than 98 % full at some time: then it goes without points
    @param data   the data folder, below which files of billing that was carried out lie; None: there are none"""
    judgement = Judgement()
    for row in store.damaged:
        judgement.add("damaged", row)
    judge_numbers(judgement, store)
    held = judge_gaps(judgement, store, data)
    judge_streams(judgement, store)
    judge_pend(judgement, store)
    judge_points(judgement, store, was_full)
    judge_ids(judgement, store)
    judge_imported(judgement, store)
    if earlier is not None:
        judge_progress(judgement, earlier, store)
    judge_told(judgement, store, told, held)
    if taken is not None:
        judge_taken(judgement, store, taken)
    records = sum(len(log) for log in store.logs)
    judgement.notes.append(f"{records:,} records, {len(store.streams)} streams, next sequence {store.next_sequence():,}")
    return judgement


def judge_numbers(judgement, store):
    owners = {}
    for number, log in enumerate(store.logs):
        floor_sequence, ordinal = store.floor(number)
        for record in log:
            ordinal += 1
            if record.ordinal != ordinal:
                judgement.add("ordinal", f"{CLASSES[number]} {record.sequence} has {record.ordinal}, not {ordinal}")
                ordinal = record.ordinal
            if record.sequence <= floor_sequence:
                judgement.add("sequence", f"{CLASSES[number]} {record.sequence} is not above the floor")
            if owners.setdefault(record.sequence, number) != number:
                judgement.add("sequence", f"{record.sequence} is in two logs")
            is_imported = record.boot == 0 and record.origin
            if record.type not in store.types or not is_imported and not is_boot_known(store, record.boot):
                judgement.add("unknown", f"type {record.type} or boot {record.boot} of {record.sequence}")


def is_boot_known(store, boot):
    """It has a row, or lies between two rows of one boot of the machine: a start takes away those in the middle."""
    if boot in store.boots:
        return True
    before = max((index for index in store.boots if index < boot), default=None)
    after = min((index for index in store.boots if index > boot), default=None)
    if before is None or after is None:
        return False
    return store.boots[before].uuid == store.boots[after].uuid != bytes(16)


def wants(patterns, name):
    for pattern in patterns.split(", "):
        if pattern == "all" or pattern == name or pattern.endswith(".*") and name.startswith(pattern[:-1]):
            return True
    return False


def stream_name(store, stream):
    endpoint = store.endpoint_names().get(stream.endpoint, "?")
    return f"{store.meta['store_id']:016x}/{endpoint}/{CLASSES[stream.event_class]}/{stream.generation}"


def link(full, n, event_id):
    return hashlib.sha256(full + n.to_bytes(8, "big") + event_id.encode()).digest()


UNREADABLE = {2, 3}  # corrupt, lost_store


def held_events(judgement, name, row, data):
    """Ids by sequence in the files that a row of gaps names, within its range."""
    events = {}
    for file in sorted({file for notice in row.notices for file in notice.files}):
        try:
            events.update(read_held(pathlib.Path(data) / file))
        except (OSError, Damaged, ValueError, KeyError, TypeError) as error:
            judgement.add("held", f"{name}: {file}: {error}")
    return {sequence: event_id for sequence, event_id in events.items()
            if row.from_sequence <= sequence <= row.to_sequence}


def corrupt_within(store, row):
    """How many records of its piece could not be read, at most."""
    return sum(max((notice.events for notice in other.notices), default=0) for other in store.gaps
               if other.event_class == row.event_class and other.reason == 2
               and row.from_sequence <= other.from_sequence and other.to_sequence <= row.to_sequence)


def judge_held(judgement, store, name, row, data):
    """Billing that is gone lies in files, one line for each record. @return its events"""
    if row.event_class != 0 or row.reason != CARRIED_OUT or data is None:
        judgement.add("gap", f"{name}: {'billing is gone' if row.event_class == 0 else 'only billing is carried out'}")
        return {}
    events = held_events(judgement, name, row, data)
    gone = row.to_ordinal - row.from_ordinal + 1
    if not gone - corrupt_within(store, row) <= len(events) <= gone:
        judgement.add("held", f"{name}: {gone} records are gone, files have {len(events)} of them")
    return events


def judge_gaps(judgement, store, data):
    """@return the events that were carried out, ids by sequence"""
    before, held = None, {}
    for row in sorted(store.gaps, key=lambda gap: (gap.event_class, gap.from_sequence)):
        name = f"{CLASSES[row.event_class]} {row.from_sequence} to {row.to_sequence}"
        if row.reason == CARRIED_OUT or row.event_class == 0 and row.reason not in UNREADABLE:
            held.update(judge_held(judgement, store, name, row, data))
        if row.reason in UNREADABLE:
            judge_unreadable(judgement, store, name, row)
        elif not is_of_former_store(store, row):
            judge_gone(judgement, store, name, row, before)
            before = row
        for notice in row.notices:
            judge_notice(judgement, store, name, row, notice)
    return held


def former_end(store):
    """The highest sequence that a store before this one has given; 0: there was none."""
    origins = store.meta.get("origins", ())
    return origins[-1][1] if origins else 0


def is_of_former_store(store, row):
    return row.to_sequence <= former_end(store)


def judge_gone(judgement, store, name, row, before):
    floor = store.floor(row.event_class)
    if not row.from_sequence <= row.to_sequence <= floor[0] or not row.from_ordinal <= row.to_ordinal <= floor[1]:
        judgement.add("gap", f"{name} does not lie below the floor {floor[0]}")
    if before and before.event_class == row.event_class and before.to_sequence >= row.from_sequence:
        judgement.add("gap", f"{name} overlaps the one before")


def judge_unreadable(judgement, store, name, row):
    sound = {record.sequence for record in store.logs[row.event_class]}
    if sound & {row.from_sequence, row.to_sequence}:
        judgement.add("gap", f"{name} begins or ends with a record that is sound")
    if row.reason == 3 and not is_of_former_store(store, row):
        judgement.add("gap", f"{name} is not of a store before this one")
    if any(notice.ranges for notice in row.notices):
        judgement.add("gap", f"{name} cannot be read, and its numbers are known")


def judge_notice(judgement, store, name, row, notice):
    endpoint = store.endpoint_names().get(notice.endpoint, "?")
    told = {record.sequence: record for record in store.logs[row.event_class]}.get(notice.event)
    is_told = told and store.types.get(told.type) == "delivery.gap" and told.subject == f"endpoint/{endpoint}"
    if notice.event > store.floor(row.event_class)[0] and not is_told:
        judgement.add("gap", f"{name}: {notice.event} does not tell {endpoint} of it")
    has_ended = store.boots and store.boots[max(store.boots)].clean_stop
    if notice.event == 0 and has_ended:
        judgement.add("gap", f"{name}: nothing tells {endpoint} of it")
    last = 0
    for first_n, last_n, _, _ in notice.ranges:
        if not last < first_n <= last_n:
            judgement.add("gap", f"{name}: n {first_n} to {last_n} does not rise")
        last = last_n


def is_of(store, stream, endpoint, record):
    name = store.types.get(record.type, "")  # one that is missing is said elsewhere
    if name == "delivery.gap":
        return record.subject == f"endpoint/{endpoint}"
    if CLASSES[stream.event_class] == "telemetry" and record.subject != f"telemetry/{endpoint}":
        return False
    return wants(stream.filter, name)


def lost_numbers(store, stream):
    """n that the table gaps tells to be lost, of one stream."""
    return {n for row in store.gaps for notice in row.notices
            if (notice.endpoint, row.event_class, notice.generation)
            == (stream.endpoint, stream.event_class, stream.generation)
            for first, last, _, _ in notice.ranges for n in range(first, last + 1)}


def matching(store, stream, above):
    """What the stream counts, above a sequence and up to its cursor."""
    endpoint = store.endpoint_names().get(stream.endpoint, "?")
    return [record for record in store.logs[stream.event_class]
            if above < record.sequence <= stream.cursor and is_of(store, stream, endpoint, record)]


def judge_streams(judgement, store):
    """Works n and hash out from the start of the stream, where nothing of it has been trimmed yet."""
    for stream in store.streams:
        name = stream_name(store, stream)
        if stream.cursor < stream.start or stream.cursor >= max(store.next_sequence(), 1):
            judgement.add("cursor", f"{name} is at {stream.cursor}")
        if store.floor(stream.event_class)[0] > stream.start:
            continue
        judge_cursor(judgement, name, stream, matching(store, stream, stream.start), 0,
                     hashlib.sha256(name.encode()).digest())


def judge_cursor(judgement, name, stream, records, n, full):
    for record in records:
        n += 1
        full = link(full, n, record.id)
    if stream.n != n:
        judgement.add("cursor", f"{name} counts {stream.n} up to {stream.cursor}, there are {n}")
    elif stream.hash != full:
        judgement.add("chain", f"{name} has another hash at n {n}")


def judge_pend(judgement, store):
    """What a cursor has passed although it is not done: each row against its stream and its record."""
    streams = {(stream.endpoint, stream.event_class, stream.generation): stream for stream in store.streams}
    named = set()
    for row in store.pend:
        stream = streams.get((row.endpoint, row.event_class, row.generation))
        if stream is None or stream.closed:
            judgement.add("pend", f"n {row.n} of endpoint {row.endpoint} belongs to no open stream")
            continue
        name = f"n {row.n} of {stream_name(store, stream)}"
        if row.n > stream.n or not stream.start < row.sequence <= stream.cursor:
            judgement.add("pend", f"{name} is not between start and cursor")
        if (stream, row.sequence) in named:
            judgement.add("pend", f"{name} is another row's record, too")
        named.add((stream, row.sequence))
        judge_pend_record(judgement, store, name, stream, row)


def judge_pend_record(judgement, store, name, stream, row):
    """Its n and hash are worked out from the start where nothing is trimmed, and n from the cursor back where it is."""
    record = next((one for one in store.logs[row.event_class] if one.sequence == row.sequence), None)
    endpoint = store.endpoint_names().get(stream.endpoint, "?")
    if record is None or not is_of(store, stream, endpoint, record):
        judgement.add("pend", f"{name}: {row.sequence} is not there, or not for it")
        return
    if row.key != text_hash(record.partition_key):
        judgement.add("pend", f"{name} has another partition key than {row.sequence}")
    behind = len(matching(store, stream, row.sequence))
    if row.n != stream.n - behind:
        judgement.add("pend", f"{name}: {row.sequence} is n {stream.n - behind}")
    if store.floor(row.event_class)[0] > stream.start:
        return
    full = hashlib.sha256(stream_name(store, stream).encode()).digest()
    before = [one for one in matching(store, stream, stream.start) if one.sequence < row.sequence]
    for n, one in enumerate(before, 1):
        full = link(full, n, one.id)
    if row.before != full:
        judgement.add("pend", f"{name} has another hash before it")


Mark = collections.namedtuple("Mark", "sequence n hash")  # of a stream's chain
POINT_EVERY = 256


def judge_points(judgement, store, was_full):
    """Points of the chains: none is missing unless the store was full, and each follows from the one before it."""
    of_stream = collections.defaultdict(list)
    for point in store.points:
        of_stream[point.endpoint, point.event_class, point.generation].append(point)
    for stream in store.streams:
        judge_points_of(judgement, store, stream,
                        of_stream.pop((stream.endpoint, stream.event_class, stream.generation), []), was_full)
    for endpoint, event_class, generation in of_stream:
        judgement.add("point", f"endpoint {endpoint}, {CLASSES[event_class]}, generation {generation} has no stream")


def judge_points_of(judgement, store, stream, points, was_full):
    name = stream_name(store, stream)
    floor = store.floor(stream.event_class)[0]
    numbers = [point.n for point in points]
    first = numbers[0] if numbers and points[0].sequence <= floor else POINT_EVERY
    is_gone = not numbers and stream.closed and stream.cursor <= floor
    if not is_gone and not was_full and numbers != list(range(first, stream.n + 1, POINT_EVERY)):
        judgement.add("point", f"{name} is at n {stream.n} and has points {numbers[:3]} … {numbers[-3:]}, floor {floor}")
    marks = [Mark(stream.start, 0, hashlib.sha256(name.encode()).digest()),
             *(Mark(point.sequence, point.n, point.hash) for point in points),
             Mark(stream.cursor, stream.n, stream.hash)]
    own = matching(store, stream, stream.start)
    sequences = [record.sequence for record in own]
    for before, after in zip(marks, marks[1:]):
        between = own[bisect.bisect_right(sequences, before.sequence):bisect.bisect_right(sequences, after.sequence)]
        judge_way(judgement, store, stream, before, after, between)
    present = set(sequences)
    for point in points:
        if point.sequence > floor and point.sequence not in present:
            judgement.add("point", f"{name}: n {point.n} is {point.sequence}, which is not there, or not for it")


def judge_way(judgement, store, stream, before, after, records):
    """Where records between the two are trimmed, those that are there are no more than numbers are free; if they are as
    many, all are there."""
    n, full = before.n, before.hash
    for record in records:
        n += 1
        full = link(full, n, record.id)
    where = f"{stream_name(store, stream)}, n {before.n} to {after.n}"
    is_whole = before.sequence >= store.floor(stream.event_class)[0]
    if n > after.n or is_whole and n != after.n:
        judgement.add("point", f"{where}: there are {len(records)} records")
    elif n == after.n and full != after.hash:
        judgement.add("point", f"{where}: the hash is another")


def judge_ids(judgement, store):
    """Each row was written in the commit of its event, so what it names is there or has been trimmed, here or in a store
    before."""
    present = {record.sequence: record.id for log in store.logs for record in log}
    highest_floor = max(*(store.floor(number)[0] for number in range(len(CLASSES))), former_end(store))
    named = set()
    for row in store.ids:
        event_id = present.get(row.sequence)
        is_in_gap = any(gap.from_sequence <= row.sequence <= gap.to_sequence for gap in store.gaps)
        if event_id is None and row.sequence > highest_floor and not is_in_gap:
            judgement.add("id", f"{row.hash:016x} names {row.sequence}, which is not there")
        if event_id is not None and text_hash(event_id) != row.hash:
            judgement.add("id", f"{row.hash:016x} names {row.sequence}, which is {event_id}")
        if row.sequence in named:
            judgement.add("id", f"{row.sequence} is named twice")
        named.add(row.sequence)


def judge_imported(judgement, store):
    """Ranges of the same store that touch would be one; a record without a boot came with its row; none comes twice."""
    before = None
    for row in sorted(store.imported):
        if before and before[0] == row[0] and before[2] + 1 >= row[1]:
            judgement.add("imported", f"{row[0]:016x} {row[1]} to {row[2]} touches the row before it")
        before = row
    owners = {}
    for log in store.logs:
        for record in log:
            if not record.origin:
                continue
            name = f"{record.origin[0]:016x} {record.origin[1]}"
            if record.boot == 0 and not any(owner == record.origin[0] and first <= record.origin[1] <= last
                                            for owner, first, last in store.imported):
                judgement.add("imported", f"{name} is here as {record.sequence}, and no row says so")
            if owners.setdefault(record.origin, record.sequence) != record.sequence:
                judgement.add("imported", f"{name} is here twice: {owners[record.origin]} and {record.sequence}")


def judge_progress(judgement, earlier, store):
    if earlier.meta["store_id"] != store.meta["store_id"]:
        judgement.add("other_store", f"{earlier.meta['store_id']:016x} became {store.meta['store_id']:016x}")
        return
    if store.next_sequence() < earlier.next_sequence():
        judgement.add("back", f"the next sequence from {earlier.next_sequence()} to {store.next_sequence()}")
    for number in range(len(CLASSES)):
        judge_kept(judgement, number, earlier, store)
    later = {(row.endpoint, row.event_class, row.generation): row for row in store.streams}
    for before in earlier.streams:
        after = later.get((before.endpoint, before.event_class, before.generation))
        name = stream_name(earlier, before)
        if after is None or after.cursor < before.cursor or after.n < before.n:
            judgement.add("back", f"{name} from n {before.n} to {after and after.n}")
        elif store.floor(after.event_class)[0] <= before.cursor:
            judge_cursor(judgement, name, after, matching(store, after, before.cursor), before.n, before.hash)


def judge_kept(judgement, number, earlier, store):
    floor = store.floor(number)[0]
    present = {record.sequence: record for record in store.logs[number]}
    for record in earlier.logs[number]:
        if record.sequence > floor and present.get(record.sequence) != record:
            judgement.add("changed", f"{CLASSES[number]} {record.sequence} is another or gone")


def judge_told(judgement, store, told, held):
    present = held | {record.sequence: record.id for log in store.logs for record in log}
    highest_floor = max(store.floor(number)[0] for number in range(len(CLASSES)))
    for line in told:
        sequence = int(line["sequence"])
        if present.get(sequence, line["id"] if sequence <= highest_floor else None) != line["id"]:
            judgement.add("lost", f"{line['natural']} was told {line['id']} at {sequence}, which holds "
                                  f"{present.get(sequence, 'nothing')}")


def judge_taken(judgement, store, taken):
    """Whatever a cursor has passed was answered with 2xx by the receiver, or waits in `pend`, or is lost."""
    numbers = {}
    told_lost = told_gaps(taken)
    for line in taken:
        if "stream" in line:
            numbers.setdefault(line["stream"], set()).add(int(line["n"]))
    for stream in store.streams:
        came = numbers.get(stream_name(store, stream), set()) | told_lost.get(stream_name(store, stream), set())
        lost = lost_numbers(store, stream)
        waiting = {row.n for row in store.pend if (row.endpoint, row.event_class, row.generation)
                   == (stream.endpoint, stream.event_class, stream.generation)}
        missing = [n for n in range(1, stream.n + 1) if n not in came and n not in lost and n not in waiting]
        if missing and not may_have_left(store, stream):
            judgement.add("ahead", f"{stream_name(store, stream)} is at {stream.n}, the receiver never took {missing[0]}")


def may_have_left(store, stream):
    """Whether a closed stream may have ended with rows in `pend`: the next generation, if there is one, has begun before
    its cursor, with what waited and all behind it."""
    following = [later for later in store.streams if (later.endpoint, later.event_class, later.generation)
                 == (stream.endpoint, stream.event_class, stream.generation + 1)]
    return stream.closed and all(later.start < stream.cursor for later in following)


# --- the self-test: a sound store, and each fault planted into it -------------------------------------------------

STORE_ID = 0x5EED
ENDPOINT = 7


def record_body(number, ordinal, event_id, event_type=1, boot=1, subject=b"bay/1", origin=None):
    texts = b"".join(struct.pack("<H", len(text)) + text for text in (event_id.encode(), subject, subject))
    data = b'{"natural":"x"}'
    flags = 4 if origin else 0
    return (RECORD_FIXED.pack(0, number, flags, 0, 4, 4, ordinal, event_type, boot, 1, 2, 3)
            + (struct.pack("<QQ", *origin) if origin else b"") + texts
            + struct.pack("<I", len(data)) + data)


def stream_body(cursor, n, full, closed=0, start=0):
    return struct.pack("<BQQQ32s", closed, start, cursor, n, full) + struct.pack("<I", 9) + b"payment.*"


def id_place(event_id, day=20786):
    return "ids", struct.pack(">IQ", day, text_hash(event_id))


def sound_rows():
    """Forty records in two classes, a stream that has done the first twelve of its own."""
    rows = {("meta", b"format"): struct.pack("<Q", 1), ("meta", b"min_reader"): struct.pack("<Q", 1),
            ("meta", b"store_id"): struct.pack("<Q", STORE_ID), ("meta", b"created"): struct.pack("<qB", 1, 4),
            ("meta", b"next_seq_min"): struct.pack("<Q", 0), ("boots", (1).to_bytes(4, "big")): bytes(60),
            ("types", (1).to_bytes(4, "big")): b"payment.completed",
            ("types", (2).to_bytes(4, "big")): b"user.created",
            ("kv", b"config/endpoints/demo"): b"%d" % ENDPOINT}
    for number in range(4):
        rows["meta", b"floor/%d" % number] = struct.pack("<QQ", 0, 0)
    for sequence in range(1, 41):
        number = 0 if sequence % 2 else 2
        event_type = 2 if sequence % 5 == 0 else 1
        rows[f"log{number}", sequence.to_bytes(8, "big")] = record_body(number, (sequence + 1) // 2,
                                                                         f"evt_{sequence}", event_type)
        rows[id_place(f"evt_{sequence}")] = struct.pack("<QQ", sequence, 5)
    full, n = hashlib.sha256(f"{STORE_ID:016x}/demo/billing/1".encode()).digest(), 0
    for sequence in range(1, 30, 2):
        if sequence % 5:
            n += 1
            full = link(full, n, f"evt_{sequence}")
    rows["streams", struct.pack(">IBI", ENDPOINT, 0, 1)] = stream_body(29, n, full)
    return rows


def sound_world():
    """The sound store, what its sources were told, what its receiver took."""
    name = f"{STORE_ID:016x}/demo/billing/1"
    told = [{"natural": f"x/{sequence}", "id": f"evt_{sequence}", "sequence": f"{sequence:020}"}
            for sequence in range(1, 41)]
    return sound_rows(), told, [{"stream": name, "n": str(n)} for n in range(1, 13)]


def key(sequence):
    return sequence.to_bytes(8, "big")


def plant_loss(rows, told, taken):
    del rows["log0", key(39)]  # the last: no ordinal tells of it


def plant_hole(rows, told, taken):
    del rows["log0", key(21)]
    told[:] = [line for line in told if line["id"] != "evt_21"]  # nobody was told: only the ordinals know


def plant_other_id(rows, told, taken):
    rows["log2", key(38)] = record_body(2, 19, "evt_other")


def plant_ordinal_twice(rows, told, taken):
    rows["log2", key(38)] = record_body(2, 18, "evt_38")


def plant_two_logs(rows, told, taken):
    rows["log2", key(39)] = record_body(2, 20, "evt_39")
    rows["log2", key(40)] = record_body(2, 21, "evt_40")


def plant_record_below_floor(rows, told, taken):
    rows["meta", b"floor/2"] = struct.pack("<QQ", 2, 0)


def plant_unknown_type(rows, told, taken):
    rows["log2", key(40)] = record_body(2, 20, "evt_40", event_type=9)


def plant_unknown_boot(rows, told, taken):
    rows["log2", key(40)] = record_body(2, 20, "evt_40", boot=2)


def with_boot_between(rows, before, after):
    rows["boots", (1).to_bytes(4, "big")] = before * 16 + bytes(44)
    rows["boots", (3).to_bytes(4, "big")] = after * 16 + bytes(44)
    rows["log2", key(40)] = record_body(2, 20, "evt_40", boot=2)


def plant_sound_boot_within_one_of_the_machine(rows, told, taken):
    with_boot_between(rows, b"\x01", b"\x01")


def plant_boot_between_two_of_the_machine(rows, told, taken):
    with_boot_between(rows, b"\x01", b"\x02")


def plant_boot_between_two_of_unknown_machines(rows, told, taken):
    with_boot_between(rows, b"\x00", b"\x00")


def plant_half_learned_clock(rows, told, taken):
    rows["boots", (1).to_bytes(4, "big")] = bytes(42) + b"\x04" + bytes(17)


def plant_unknown_flag(rows, told, taken):
    body = bytearray(rows["log2", key(40)])
    body[2] |= 0b1_0000
    rows["log2", key(40)] = bytes(body)


def plant_id_of_nothing(rows, told, taken):
    rows[id_place("evt_never")] = struct.pack("<QQ", 41, 5)


def plant_id_of_another(rows, told, taken):
    rows[id_place("evt_7")] = struct.pack("<QQ", 9, 5)


def plant_id_twice(rows, told, taken):
    rows[id_place("evt_7", day=20787)] = struct.pack("<QQ", 7, 5)


def pend_row(sequence=7, n=3, state=0, partition_key="bay/1", before=None):
    """Key and body: by default the stream's third event, whose hash before is worked out."""
    if before is None:
        before = hashlib.sha256(f"{STORE_ID:016x}/demo/billing/1".encode()).digest()
        for number, earlier in enumerate((1, 3), 1):
            before = link(before, number, f"evt_{earlier}")
    body = PEND.pack(sequence, state, text_hash(partition_key), 4, 11, 22, 4, 422, before)
    return struct.pack(">IBIQ", ENDPOINT, 0, 1, n), body


def put_pend(rows, *arguments, **named):
    row_key, body = pend_row(*arguments, **named)
    rows["pend", row_key] = body


def plant_sound_pend(rows, told, taken):
    """The receiver has not taken the third, and its row says so."""
    put_pend(rows)
    del taken[2]


def plant_pend_missing(rows, told, taken):
    del taken[2]


def plant_pend_wrong_n(rows, told, taken):
    put_pend(rows, n=4)


def plant_pend_wrong_hash(rows, told, taken):
    put_pend(rows, before=bytes(32))


def plant_pend_wrong_key(rows, told, taken):
    put_pend(rows, partition_key="bay/2")


def plant_pend_without_record(rows, told, taken):
    put_pend(rows, sequence=8)


def plant_pend_of_another_filter(rows, told, taken):
    put_pend(rows, sequence=5)


def plant_pend_beyond_the_cursor(rows, told, taken):
    put_pend(rows, sequence=31, n=13)


def plant_pend_twice(rows, told, taken):
    put_pend(rows)
    put_pend(rows, n=5)


def plant_pend_of_no_stream(rows, told, taken):
    _, body = pend_row()
    rows["pend", struct.pack(">IBIQ", ENDPOINT, 0, 2, 3)] = body


def plant_pend_of_a_closed_stream(rows, told, taken):
    put_pend(rows)
    place = ("streams", struct.pack(">IBI", ENDPOINT, 0, 1))
    rows[place] = b"\x01" + rows[place][1:]


def plant_pend_of_an_unknown_state(rows, told, taken):
    put_pend(rows, state=3)


POINTS_AT = {256: 280, 512: 536}  # sequence by n, in the long stream


def put_point(rows, n, sequence, full, generation=1):
    rows["nmap", struct.pack(">IBIQ", ENDPOINT, 0, generation, n)] = POINT.pack(sequence, full)


def with_points(rows, told, taken):
    """Six hundred further payments, which the stream has done, too; it is at n 616."""
    for index in range(600):
        rows["log0", key(41 + index)] = record_body(0, 21 + index, f"evt_{41 + index}")
    full = hashlib.sha256(f"{STORE_ID:016x}/demo/billing/1".encode()).digest()
    own = [sequence for sequence in (*range(1, 40, 2), *range(41, 641)) if sequence > 40 or sequence % 5]
    for n, sequence in enumerate(own, 1):
        full = link(full, n, f"evt_{sequence}")
        if n in POINTS_AT:
            assert POINTS_AT[n] == sequence
            put_point(rows, n, sequence, full)
    rows["streams", struct.pack(">IBI", ENDPOINT, 0, 1)] = stream_body(640, len(own), full)
    taken[:] = [{"stream": taken[0]["stream"], "n": str(n)} for n in range(1, len(own) + 1)]


def point_place(n):
    return "nmap", struct.pack(">IBIQ", ENDPOINT, 0, 1, n)


def trim_billing(rows, told, up_to):
    for sequence in [*range(1, 40, 2), *range(41, up_to + 1)]:
        del rows["log0", key(sequence)]
    rows["meta", b"floor/0"] = struct.pack("<QQ", up_to, up_to - 20)
    told[:] = [line for line in told if int(line["sequence"]) > 40]


def plant_sound_points(rows, told, taken):
    with_points(rows, told, taken)


def plant_sound_points_and_a_floor(rows, told, taken):
    with_points(rows, told, taken)
    trim_billing(rows, told, 400)


def plant_sound_points_below_the_floor(rows, told, taken):
    with_points(rows, told, taken)
    trim_billing(rows, told, 600)
    del rows[point_place(256)]


def plant_point_missing(rows, told, taken):
    with_points(rows, told, taken)
    del rows[point_place(256)]


def plant_last_point_missing(rows, told, taken):
    with_points(rows, told, taken)
    del rows[point_place(512)]


def plant_point_with_another_sequence(rows, told, taken):
    with_points(rows, told, taken)
    put_point(rows, 512, 537, rows[point_place(512)][8:])


def plant_point_with_another_hash(rows, told, taken):
    with_points(rows, told, taken)
    put_point(rows, 512, 536, bytes(32))


def plant_point_of_another_filter(rows, told, taken):
    with_points(rows, told, taken)
    rows["log0", key(536)] = record_body(0, 516, "evt_536", event_type=2)
    rows["log0", key(640)] = record_body(0, 620, "evt_640", event_type=2)


def plant_point_of_no_stream(rows, told, taken):
    with_points(rows, told, taken)
    put_point(rows, 256, 280, bytes(32), generation=2)


def plant_point_of_no_multiple(rows, told, taken):
    with_points(rows, told, taken)
    put_point(rows, 257, 281, bytes(32))


def plant_wrong_hash_behind_a_floor(rows, told, taken):
    with_points(rows, told, taken)
    trim_billing(rows, told, 400)
    edit_stream(rows, lambda cursor, n, full: (cursor, n, bytes(32)))


def plant_wrong_count_behind_a_floor(rows, told, taken):
    with_points(rows, told, taken)
    trim_billing(rows, told, 400)
    edit_stream(rows, lambda cursor, n, full: (cursor, n - 1, full))


def edit_stream(rows, change):
    place = ("streams", struct.pack(">IBI", ENDPOINT, 0, 1))
    closed, start, cursor, n, full = struct.unpack_from("<BQQQ32s", rows[place])
    rows[place] = stream_body(*change(cursor, n, full))


def plant_wrong_count(rows, told, taken):
    edit_stream(rows, lambda cursor, n, full: (cursor, n - 1, full))


def plant_cursor_behind_its_number(rows, told, taken):
    edit_stream(rows, lambda cursor, n, full: (cursor - 2, n, full))


def plant_cursor_beyond_the_end(rows, told, taken):
    edit_stream(rows, lambda cursor, n, full: (41, 16, full))
    taken += [{"stream": taken[0]["stream"], "n": str(n)} for n in range(13, 17)]


def plant_sequences_that_leapt(rows, told, taken):
    rows["meta", b"next_seq_min"] = struct.pack("<Q", 1_000_041)


def plant_wrong_hash(rows, told, taken):
    edit_stream(rows, lambda cursor, n, full: (cursor, n, bytes(32)))


def plant_cursor_ahead(rows, told, taken):
    del taken[4]


def notice_body(ranges, event=40, generation=1, files=()):
    types = struct.pack("<HH", 1, 17) + b"payment.completed" + struct.pack("<Q", 2)
    return (struct.pack("<IIQQQQqq", ENDPOINT, generation, event, 2, 6, 2, 1, 2) + struct.pack("<H", len(ranges))
            + b"".join(struct.pack("<QQ32s32s", first, last, bytes(32), bytes(32)) for first, last in ranges)
            + types + struct.pack("<BH", 0, 0) + struct.pack("<H", len(files))
            + b"".join(struct.pack("<H", len(file)) + file for file in files))


def gap_body(last, last_ordinal, notices, first_ordinal=1, reason=0):
    return struct.pack("<QQQBH", last, first_ordinal, last_ordinal, reason, len(notices)) + b"".join(notices)


def with_gap(rows, told, number=2, event=40, subject=b"endpoint/demo", ranges=((1, 2),)):
    """Of a class the first three records are gone, and its last one tells of it."""
    first = number if number else 1
    for sequence in (first, first + 2, first + 4):
        del rows[f"log{number}", key(sequence)]
    rows["types", (3).to_bytes(4, "big")] = b"delivery.gap"
    rows["meta", b"floor/%d" % number] = struct.pack("<QQ", first + 4, 3)
    rows["log2", key(40)] = record_body(2, 20, "evt_40", 3, subject=subject)
    rows["gaps", struct.pack(">BQ", number, first)] = gap_body(first + 4, 3, [notice_body(ranges, event)])
    told[:] = [line for line in told if int(line["sequence"]) not in (first, first + 2, first + 4)]


def plant_sound_gap(rows, told, taken):
    with_gap(rows, told)


def plant_gap_above_floor(rows, told, taken):
    with_gap(rows, told)
    rows["gaps", struct.pack(">BQ", 2, 2)] = gap_body(10, 5, [notice_body([(1, 2)])])


def plant_billing_gap(rows, told, taken):
    with_gap(rows, told, number=0)


def held_text(sequence, event_id):
    line = json.dumps({"store": f"{STORE_ID:016x}", "sequence": sequence, "previous": 0, "carriedout": True,
                       "class": "billing", "id": event_id}, separators=(",", ":")).encode()[:-1]
    return line + CHECK_LEAD + b"%016x\"}\n" % xxhash.xxh3_64_intdigest(line)


def with_held(rows, told, taken, events=(1, 3, 5), change=lambda text: text):
    """The first three of billing are gone into a file, and the last one tells of it."""
    for sequence in (1, 3, 5):
        del rows["log0", key(sequence)]
    rows["types", (3).to_bytes(4, "big")] = b"delivery.gap"
    rows["meta", b"floor/0"] = struct.pack("<QQ", 5, 3)
    rows["log0", key(39)] = record_body(0, 20, "evt_39", 3, subject=b"endpoint/demo")
    notice = notice_body([(1, 2)], event=39, files=(b"held-billing/a.jsonl",))
    rows["gaps", struct.pack(">BQ", 0, 1)] = gap_body(5, 3, [notice], reason=CARRIED_OUT)
    text = change(b"".join(held_text(sequence, f"evt_{sequence}") for sequence in events))
    rows["file", b"held-billing/a.jsonl"] = text


def plant_sound_held(rows, told, taken):
    with_held(rows, told, taken)


def plant_held_line_less(rows, told, taken):
    with_held(rows, told, taken, events=(1, 5))


def plant_held_line_changed(rows, told, taken):
    with_held(rows, told, taken, change=lambda text: text.replace(b"evt_3", b"evt_9"))


def plant_held_line_of_another(rows, told, taken):
    with_held(rows, told, taken)
    rows["file", b"held-billing/a.jsonl"] = held_text(1, "evt_1") + held_text(3, "evt_9") + held_text(5, "evt_5")


def plant_held_cut_short(rows, told, taken):
    with_held(rows, told, taken, change=lambda text: text[:-1])


def plant_held_file_gone(rows, told, taken):
    with_held(rows, told, taken)
    del rows["file", b"held-billing/a.jsonl"]


def plant_other_class_carried_out(rows, told, taken):
    with_gap(rows, told)
    rows["gaps", struct.pack(">BQ", 2, 2)] = gap_body(6, 3, [notice_body([(1, 2)])], reason=CARRIED_OUT)


def plant_overlap(rows, told, taken):
    with_gap(rows, told)
    rows["gaps", struct.pack(">BQ", 2, 4)] = gap_body(6, 3, [notice_body([(3, 3)])], first_ordinal=2)


def plant_untold_gap(rows, told, taken):
    with_gap(rows, told, event=38)


def with_unreadable(rows, told, reason=3, first=41, event=40, ranges=(), number=0):
    """Something of a class cannot be read, up to 45; the last state tells of it."""
    with_gap(rows, told)
    del rows["gaps", struct.pack(">BQ", 2, 2)]
    rows["gaps", struct.pack(">BQ", number, first)] = gap_body(45, 9, [notice_body(ranges, event)], 7, reason)


def of_former_store(rows, last=1000):
    rows["meta", b"origins"] = struct.pack("<HQQBq", 1, 0xA1, last, 0, 0)


def plant_sound_loss_of_former_store(rows, told, taken):
    with_unreadable(rows, told, number=2)
    of_former_store(rows)


def plant_loss_of_no_former_store(rows, told, taken):
    with_unreadable(rows, told, number=2)


def plant_loss_with_numbers(rows, told, taken):
    with_unreadable(rows, told, number=2, ranges=((1, 2),))
    of_former_store(rows)


def plant_corrupt_record_that_is_sound(rows, told, taken):
    with_unreadable(rows, told, number=2, reason=2, first=38)


def plant_loss_that_nothing_tells(rows, told, taken):
    with_unreadable(rows, told, number=2, event=0)
    of_former_store(rows)
    rows["boots", (1).to_bytes(4, "big")] = bytes(33) + b"\x01" + bytes(26)


def plant_gap_told_to_another(rows, told, taken):
    with_gap(rows, told, subject=b"endpoint/other")


def plant_falling_ranges(rows, told, taken):
    with_gap(rows, told, ranges=((5, 6), (1, 2)))


def put_imported(rows, *ranges):
    """The last record is one of another store, and these rows say which of that store's are here."""
    rows["log2", key(40)] = record_body(2, 20, "evt_40", boot=0, origin=(0xA1, 17))
    for first, last in ranges:
        rows["imported", struct.pack(">QQ", 0xA1, first)] = struct.pack("<Q", last)


def plant_sound_import(rows, told, taken):
    put_imported(rows, (5, 17), (19, 19))


def plant_import_without_row(rows, told, taken):
    put_imported(rows, (5, 16))


def plant_import_from_nowhere(rows, told, taken):
    rows["log2", key(40)] = record_body(2, 20, "evt_40", boot=0)


def plant_import_rows_that_touch(rows, told, taken):
    put_imported(rows, (5, 17), (18, 19))


def plant_import_row_turned_round(rows, told, taken):
    put_imported(rows, (5, 17), (30, 29))


def plant_import_twice(rows, told, taken):
    put_imported(rows, (5, 17))
    rows["log2", key(38)] = record_body(2, 19, "evt_38", boot=0, origin=(0xA1, 17))


FAULTS = {plant_loss: "lost", plant_hole: "ordinal", plant_other_id: "lost", plant_ordinal_twice: "ordinal",
          plant_two_logs: "sequence", plant_record_below_floor: "sequence", plant_unknown_type: "unknown",
          plant_half_learned_clock: "damaged", plant_unknown_flag: "damaged",
          plant_unknown_boot: "unknown", plant_sound_boot_within_one_of_the_machine: None,
          plant_boot_between_two_of_the_machine: "unknown", plant_boot_between_two_of_unknown_machines: "unknown",
          plant_wrong_count: "cursor", plant_cursor_behind_its_number: "cursor",
          plant_wrong_hash: "chain", plant_cursor_beyond_the_end: "cursor", plant_sequences_that_leapt: None,
          plant_cursor_ahead: "ahead", plant_sound_gap: None, plant_gap_above_floor: "gap",
          plant_billing_gap: "gap", plant_overlap: "gap", plant_untold_gap: "gap", plant_gap_told_to_another: "gap",
          plant_sound_loss_of_former_store: None, plant_loss_of_no_former_store: "gap", plant_loss_with_numbers: "gap",
          plant_corrupt_record_that_is_sound: "gap", plant_loss_that_nothing_tells: "gap",
          plant_falling_ranges: "gap", plant_sound_held: None, plant_held_line_less: "held",
          plant_held_line_changed: "held", plant_held_line_of_another: "lost", plant_held_cut_short: "held",
          plant_held_file_gone: "held", plant_other_class_carried_out: "gap", plant_id_of_nothing: "id", plant_id_of_another: "id", plant_id_twice: "id",
          plant_sound_import: None, plant_import_without_row: "imported", plant_import_from_nowhere: "unknown",
          plant_import_rows_that_touch: "imported", plant_import_row_turned_round: "damaged",
          plant_import_twice: "imported", plant_sound_pend: None, plant_pend_missing: "ahead",
          plant_pend_wrong_n: "pend", plant_pend_wrong_hash: "pend", plant_pend_wrong_key: "pend",
          plant_pend_without_record: "pend", plant_pend_of_another_filter: "pend",
          plant_pend_beyond_the_cursor: "pend", plant_pend_twice: "pend", plant_pend_of_no_stream: "pend",
          plant_pend_of_a_closed_stream: "pend", plant_pend_of_an_unknown_state: "damaged",
          plant_sound_points: None, plant_sound_points_and_a_floor: None, plant_sound_points_below_the_floor: None,
          plant_point_missing: "point", plant_last_point_missing: "point", plant_point_with_another_sequence: "point",
          plant_point_with_another_hash: "point", plant_point_of_another_filter: "point",
          plant_point_of_no_stream: "point", plant_point_of_no_multiple: "damaged",
          plant_wrong_hash_behind_a_floor: "point", plant_wrong_count_behind_a_floor: "point"}


def found_in(folder, world, earlier=None):
    rows, told, taken = world
    write_store(folder, [(table, row_key, body) for (table, row_key), body in rows.items() if table != "file"])
    (pathlib.Path(folder) / "held-billing").mkdir(exist_ok=True)
    for (table, name), text in rows.items():
        if table == "file":
            (pathlib.Path(folder) / name.decode()).write_bytes(text)
    return judge_store(read_store(folder), earlier, told, taken, folder)


def bit_flipped(folder):
    """Flips one bit of a record's subject in the file itself."""
    path = f"{folder}/data.mdb"
    with open(path, "r+b") as file:
        content = file.read()
        file.seek(content.index(b"evt_20") + 9)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    return judge_store(read_store(folder))


def gone_back(folder):
    """A store that is as it was before, although somebody has seen it further on."""
    rows, told, taken = sound_world()
    found_in(f"{folder}/later", (rows, told, taken))
    before = dict(rows)
    del before["log0", key(39)], before["log2", key(40)]
    return found_in(f"{folder}/now", (before, told[:38], taken), read_store(f"{folder}/later"))


def self_test():
    failures = 0

    def expect(name, kind, judgement):
        nonlocal failures
        well = kind in judgement.violations if kind else not judgement.violations
        failures += not well
        print(f"{'ok     ' if well else 'MISSED '} {name}: {', '.join(judgement.violations) or 'nothing found'}")

    with tempfile.TemporaryDirectory() as folder:
        expect("a sound store", None, found_in(f"{folder}/sound", sound_world()))
        for plant, kind in FAULTS.items():
            world = sound_world()
            plant(*world)
            expect(plant.__name__, kind, found_in(f"{folder}/{plant.__name__}", world))
        expect("a flipped bit", "damaged", bit_flipped(f"{folder}/sound"))
        expect("a store gone back", "back", gone_back(folder))
        expect("records gone", "changed", gone_back(folder))
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", nargs="?", metavar="STORE", help="the folder with data.mdb")
    parser.add_argument("--earlier", metavar="STORE", help="a copy of it, made before")
    parser.add_argument("--told", nargs="+", default=[], metavar="FILE", help="logs of event-source")
    parser.add_argument("--received", nargs="+", metavar="FILE", help="logs of webhook-receiver, of one endpoint")
    parser.add_argument("--was-full", action="store_true", help="the store was more than 98 %% full at some time")
    parser.add_argument("--data", metavar="FOLDER", help="the data folder, where held-billing/ is; else the one STORE is in")
    parser.add_argument("--self-test", action="store_true", help="plant each fault into a sound store and catch it")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.store:
        parser.error("STORE is needed")
    told = [line for path in arguments.told for line in read_lines(path) if line["what"] == "told"]
    taken = arguments.received and [line for path in arguments.received for line in read_lines(path) if is_taken(line)]
    data = arguments.data or pathlib.Path(arguments.store).resolve().parent
    judgement = judge_store(read_store(arguments.store), arguments.earlier and read_store(arguments.earlier), told, taken,
                            data, arguments.was_full)
    print(f"{arguments.store}: {'all is well' if not judgement.violations else 'VIOLATIONS'}\n{judgement.report()}")
    return 1 if judgement.violations else 0


if __name__ == "__main__":
    sys.exit(main())
