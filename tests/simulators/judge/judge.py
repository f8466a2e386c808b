#!/usr/bin/python3
"""Says whether everything that sources were told is taken has reached the receiver, once in effect and in order.

    judge.py --told SOURCE.jsonl … --received RECEIVER.jsonl … [--held FILE …]
    judge.py --self-test

Reads the logs of event-source and webhook-receiver and knows nothing of the gateway. Exit code 0: all is well,
1: violations, listed, 2: wrong use. Each receiver log is judged against all source logs.

What a stream owes its receiver: numbers from 1 without holes but those that a delivery.gap tells of, the same event
whenever a number comes again, and the chain h(0) = SHA-256(stream), h(n) = SHA-256(h(n-1) + n as 8 bytes + id), whose
first 16 bytes travel. What event-source handed in comes under one number, however often it was repeated; other events may
be repeated under a number of their own. A billing event may stay away only if a delivery.gap says that it was carried out, and
it lies in one of the files.
"""
import argparse
import collections
import copy
import hashlib
import json
import sys

WELL = {"good", "redelivered", "repeated", "unnumbered"}
SHOWN_OF_EACH_KIND = 10


def read_lines(path):
    """The objects of a log of JSON lines. A last line that a kill has cut off says nothing and is left out."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    complete = lines[:-1]
    return [json.loads(line) for line in complete]


def held_ids(paths):
    """Ids in files of billing that was carried out. Needs what store.py needs."""
    if not paths:
        return frozenset()
    from store import read_held
    return {event_id for path in paths for event_id in read_held(path).values()}


def is_taken(line):
    return 200 <= line["answered"] < 300


class Judgement:
    """Violations by kind, in the order in which they were found."""

    def __init__(self):
        self.violations = collections.defaultdict(list)
        self.notes = []

    def add(self, kind, text):
        self.violations[kind].append(text)

    def report(self):
        lines = list(self.notes)
        for kind, texts in self.violations.items():
            lines += [f"{kind}: {text}" for text in texts[:SHOWN_OF_EACH_KIND]]
            if len(texts) > SHOWN_OF_EACH_KIND:
                lines.append(f"{kind}: and {len(texts) - SHOWN_OF_EACH_KIND:,} more")
        return "\n".join(lines)


def judge(source_lines, receiver_lines, held=frozenset()):
    """Judges what one receiver got against what all sources were told.
    @param held  ids of billing events in files that they were carried out to"""
    judgement = Judgement()
    told = [line for line in source_lines if line["what"] == "told"]
    taken = [line for line in receiver_lines if is_taken(line)]
    judge_refusals(judgement, source_lines)
    judge_verdicts(judgement, receiver_lines, told_gaps(taken))
    judge_arrival(judgement, told, taken, held)
    judge_order(judgement, taken)
    for stream, deliveries in by_stream(taken).items():
        judge_numbers(judgement, stream, deliveries, told_gaps(taken)[stream])
        judge_chain(judgement, stream, deliveries, told_hashes(taken)[stream])
    verdicts = collections.Counter(line["verdict"] for line in receiver_lines)
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(verdicts.items()))
    judgement.notes.append(f"told {len(told):,}; received {len(receiver_lines):,}: {counts or 'nothing'}")
    return judgement


def judge_refusals(judgement, source_lines):
    for line in source_lines:
        if line["what"] == "refused":
            judgement.add("refused", f"{line['natural']} was answered {line['status']}: {line['answer']}")


def judge_verdicts(judgement, receiver_lines, lost):
    """A receiver that waits behind a hole does not know yet that a gap will tell of it; whether one did, the numbers say."""
    for line in receiver_lines:
        is_of_source = natural_of(line) is not None
        is_explained = line["verdict"] == "beyond_window" and lost.get(line.get("stream"))
        is_well = line["verdict"] in WELL and not (line["verdict"] == "repeated" and is_of_source)
        if not is_well and not is_explained:
            judgement.add(line["verdict"], f"{line['id']} at {line['at']}, n {line.get('n')} of {line.get('stream')}")


def natural_of(line):
    data = line.get("data")
    return data.get("natural") if isinstance(data, dict) else None


def is_told_lost(line, gaps, held):
    """A gap of its class has told its sequence to be lost. Billing lies in a file then."""
    billing = line.get("type", "").startswith(("payment.", "session."))
    if billing and line["id"] not in held:
        return False
    return any(int(gap["from_sequence"]) <= int(line["sequence"]) <= int(gap["to_sequence"])
               for gap in gaps if (gap.get("class") == "billing") == billing and "from_sequence" in gap
               and (gap.get("reason") == "carried_out") == billing)


def judge_arrival(judgement, told, taken, held):
    arrivals = collections.defaultdict(list)
    for line in taken:
        if natural_of(line) is not None:
            arrivals[natural_of(line)].append(line)
    for line in told:
        came = arrivals.get(line["natural"], [])
        if not came and is_told_lost(line, gaps_in(taken), held):
            continue
        if not came:
            judgement.add("lost", f"{line['natural']} was told {line['id']} at {line['at']} and never came")
        elif int(line["sequence"]) not in {int(arrival["sequence"]) for arrival in came}:
            judgement.add("sequence", f"{line['natural']} was told {line['sequence']} and came with another")
        if came and line["id"] not in {arrival["id"] for arrival in came}:
            judgement.add("other_id", f"{line['natural']} was told {line['id']} and came as {came[0]['id']}")
    for natural, came in arrivals.items():
        ids = sorted({arrival["id"] for arrival in came})
        if len(ids) > 1:
            judgement.add("double", f"{natural} came under {len(ids)} ids: {', '.join(ids)}")


def judge_order(judgement, taken):
    """Within a device and a class, events come for the first time in the order in which they were handed in."""
    last = {}
    seen = set()
    for line in taken:
        natural = natural_of(line)
        if natural is None or (line["stream"], natural) in seen:
            continue
        seen.add((line["stream"], natural))
        row = (line["stream"], line["data"]["run"], line["data"]["key"])
        index = line["data"]["k_index"]
        if index <= last.get(row, 0):
            judgement.add("order", f"{natural} came after number {last[row]} of its device, in {line['stream']}")
        last[row] = max(index, last.get(row, 0))


def by_stream(taken):
    streams = collections.defaultdict(list)
    for line in taken:
        if "stream" in line:
            streams[line["stream"]].append(line)
    return streams


def gaps_in(taken):
    """The data of each delivery.gap that was taken."""
    return [line["data"] for line in taken if isinstance(line.get("data"), dict) and "ranges" in line["data"]]


def told_gaps(taken):
    """n told to be lost, by stream."""
    lost = collections.defaultdict(set)
    for gap in gaps_in(taken):
        for part in gap["ranges"]:
            lost[gap["stream"]].update(range(int(part["from_n"]), int(part["to_n"]) + 1))
    return lost


def told_hashes(taken):
    """h(n) that gaps tell, by stream: what the chain goes on from behind a hole."""
    hashes = collections.defaultdict(dict)
    for gap in gaps_in(taken):
        for part in gap["ranges"]:
            hashes[gap["stream"]][int(part["to_n"])] = bytes.fromhex(part["hash_after"])
    return hashes


def judge_numbers(judgement, stream, deliveries, lost):
    at = {}
    for line in deliveries:
        first = at.setdefault(int(line["n"]), line)
        if first["id"] != line["id"]:
            judgement.add("number_twice", f"n {line['n']} of {stream} is {first['id']} and {line['id']}")
    holes = [n for n in range(1, max(at) + 1) if n not in at and n not in lost]
    for hole in holes:
        judgement.add("hole", f"n {hole} of {stream} never came, but n {max(at)} did")
    sequences = [at[n]["sequence"] for n in sorted(at)]
    for before, after in zip(sequences, sequences[1:]):
        if before >= after:
            judgement.add("sequence", f"{after} follows {before} in {stream}")


def judge_chain(judgement, stream, deliveries, told):
    """Works the chain out from the ids, and behind a gap from what it tells. Past any other hole it cannot be worked out;
    the hole is reported already."""
    links = {}
    for line in deliveries:
        links.setdefault(int(line["n"]), []).append(line)
    full = hashlib.sha256(stream.encode()).digest()
    n = 1
    while n <= max(links):
        if n not in links:
            ends = [end for end in told if end >= n]
            if not ends:
                return
            full, n = told[min(ends)], min(ends) + 1
            continue
        previous, full = full, hashlib.sha256(full + n.to_bytes(8, "big") + links[n][0]["id"].encode()).digest()
        for line in links[n]:
            if (line["prevhash"], line["hash"]) != (previous.hex()[:32], full.hex()[:32]):
                judgement.add("chain", f"n {n} of {stream} has {line['prevhash']} → {line['hash']}, "
                                       f"should have {previous.hex()[:32]} → {full.hex()[:32]}")
        n += 1


# --- the self-test: a good day, and each fault planted into it ---------------------------------------------------

def good_day():
    """What three devices hand in, two classes of it, and how it reaches a receiver."""
    told, received = [], []
    for stream in ("5eed/demo/billing/1", "5eed/demo/state/1"):
        full = hashlib.sha256(stream.encode()).digest()
        for n in range(1, 31):
            key, index = f"bay-{n % 3}", (n + 2) // 3
            natural = f"run/{stream}/{key}/{index}"
            event_id = "evt_" + hashlib.sha256(natural.encode()).hexdigest()[:26]
            before, full = full, hashlib.sha256(full + n.to_bytes(8, "big") + event_id.encode()).digest()
            sequence = f"{len(told) + 1:020}"
            told.append({"what": "told", "at": "-", "natural": natural, "key": key, "k_index": index, "id": event_id,
                         "sequence": sequence})
            received.append({"at": "-", "id": event_id, "verdict": "good", "answered": 200, "stream": stream,
                             "n": str(n), "hash": full.hex()[:32], "prevhash": before.hex()[:32], "sequence": sequence,
                             "data": {"natural": natural, "run": "run", "key": key, "k_index": index}})
    received.append(dict(received[7], verdict="redelivered"))
    received.insert(3, dict(received[3], answered=503))  # refused at first, for the receiver was busy
    received.append({"at": "-", "id": "evt_status", "verdict": "repeated", "answered": 200, "data": {"status": "charging"}})
    received[10], received[11] = received[11], received[10]  # two devices may overtake each other
    return told, received


def numbered(received, n):
    """Where the first delivery of a number in the first stream is."""
    return next(i for i, line in enumerate(received) if line["n"] == str(n) and is_taken(line))


def plant_loss(told, received):
    del received[numbered(received, 30)]  # the last one of its stream: no hole tells of it


def plant_swap(told, received):
    one, other = numbered(received, 13), numbered(received, 16)  # of the same device
    received[one], received[other] = received[other], received[one]


def plant_skipped_number(told, received):
    natural = received[numbered(received, 20)]["data"]["natural"]
    del received[numbered(received, 20)]
    told[:] = [line for line in told if line["natural"] != natural]  # nobody was told: only the numbers know


def tell_gap(told, received, first=20, last=21, after=None):
    """Numbers 20 and 21 of the first stream never come, and its last delivery tells of it."""
    stream = received[0]["stream"]
    full = hashlib.sha256(stream.encode()).digest()
    for n in range(1, 22):
        full = hashlib.sha256(full + n.to_bytes(8, "big") + received[numbered(received, n)]["id"].encode()).digest()
    end = received[numbered(received, 30)]
    for n in (20, 21):
        natural = received[numbered(received, n)]["data"]["natural"]
        told[:] = [line for line in told if line["natural"] != natural]
        del received[numbered(received, n)]
    end["data"] = {"stream": stream, "ranges": [{"from_n": str(first), "to_n": str(last), "hash_before": "",
                                                 "hash_after": after or full.hex()}]}
    told[:] = [line for line in told if line["id"] != end["id"]]


def plant_told_gap(told, received):
    tell_gap(told, received)  # nothing wrong with that


def plant_half_told_gap(told, received):
    tell_gap(told, received, first=21)


def plant_gap_with_another_hash(told, received):
    tell_gap(told, received, after="00" * 32)


def carry_out(told, received, reason="carried_out"):
    """Numbers 20 and 21 of the first stream were carried out, and its last delivery tells of it."""
    stream = received[0]["stream"]
    full = hashlib.sha256(stream.encode()).digest()
    for n in range(1, 22):
        full = hashlib.sha256(full + n.to_bytes(8, "big") + received[numbered(received, n)]["id"].encode()).digest()
    end = received[numbered(received, 30)]
    gone = [received.pop(numbered(received, n)) for n in (20, 21)]
    for line in told:
        if line["id"] in {each["id"] for each in gone}:
            line["type"] = "payment.completed"
    end["data"] = {"stream": stream, "reason": reason, "class": "billing", "from_sequence": gone[0]["sequence"],
                   "to_sequence": gone[1]["sequence"],
                   "ranges": [{"from_n": "20", "to_n": "21", "hash_before": "", "hash_after": full.hex()}]}
    told[:] = [line for line in told if line["id"] != end["id"]]
    return {each["id"] for each in gone}


def plant_carried_out(told, received):
    return carry_out(told, received)  # nothing wrong with that


def plant_carried_out_with_a_line_less(told, received):
    return set(sorted(carry_out(told, received))[1:])


def plant_billing_that_expired(told, received):
    return carry_out(told, received, reason="expired")


def plant_broken_link(told, received):
    received[numbered(received, 9)]["prevhash"] = "0" * 32


def plant_wrong_hash(told, received):
    received[numbered(received, 30)]["hash"] = "0" * 32  # the last: no next one refers to it


def plant_double(told, received):
    again = copy.deepcopy(received[numbered(received, 30)])
    previous = hashlib.sha256(again["stream"].encode()).digest()
    for n in range(1, 31):
        event_id = received[numbered(received, n)]["id"]
        previous = hashlib.sha256(previous + n.to_bytes(8, "big") + event_id.encode()).digest()
    again.update(n="31", id="evt_another", sequence="9" * 20, prevhash=previous.hex()[:32])
    again["hash"] = hashlib.sha256(previous + (31).to_bytes(8, "big") + b"evt_another").hexdigest()[:32]
    received.append(again)  # an honest next number: only the natural id tells


def plant_repeated(told, received):
    received.append(dict(received[numbered(received, 30)], n="31", verdict="repeated"))


def plant_bad_signature(told, received):
    received.append({"at": "-", "id": "evt_forged", "verdict": "bad_signature", "answered": 401})


def plant_reused_number(told, received):
    received.append(dict(received[numbered(received, 30)], n="4"))


def plant_other_id(told, received):
    told[4]["id"] = "evt_something_else"


def plant_refusal(told, received):
    told.append({"what": "refused", "natural": "x", "status": 400, "answer": "type"})


FAULTS = {plant_loss: "lost", plant_swap: "order", plant_skipped_number: "hole", plant_broken_link: "chain",
          plant_wrong_hash: "chain", plant_double: "double", plant_repeated: "repeated",
          plant_bad_signature: "bad_signature", plant_reused_number: "number_twice", plant_other_id: "other_id",
          plant_refusal: "refused", plant_told_gap: None, plant_half_told_gap: "hole",
          plant_gap_with_another_hash: "chain", plant_carried_out: None,
          plant_carried_out_with_a_line_less: "lost", plant_billing_that_expired: "lost"}


def self_test():
    failures = 0
    clean = judge(*good_day())
    if clean.violations:
        failures += 1
        print("a good day is condemned:\n" + clean.report())
    for plant, kind in FAULTS.items():
        told, received = good_day()
        held = plant(told, received) or frozenset()
        found = judge(told, received, held).violations
        caught = kind in found if kind else not found
        failures += not caught
        print(f"{'caught' if caught else 'MISSED'}  {plant.__name__}: {', '.join(found) or 'nothing found'}")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--told", nargs="+", default=[], metavar="FILE", help="logs of event-source")
    parser.add_argument("--received", nargs="+", default=[], metavar="FILE", help="logs of webhook-receiver")
    parser.add_argument("--held", nargs="+", default=[], metavar="FILE", help="files of billing that was carried out")
    parser.add_argument("--self-test", action="store_true", help="plant each fault into a good log and catch it")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.told or not arguments.received:
        parser.error("--told and --received are needed")
    told = [line for path in arguments.told for line in read_lines(path)]
    held = held_ids(arguments.held)
    all_well = True
    for path in arguments.received:
        judgement = judge(told, read_lines(path), held)
        all_well = all_well and not judgement.violations
        print(f"{path}: {'all is well' if not judgement.violations else 'VIOLATIONS'}\n{judgement.report()}")
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
