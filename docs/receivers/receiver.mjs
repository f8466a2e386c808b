// A receiver that proves what it gets: signature, numbers without holes, chain, order per device. Node >= 18.
//   npm install standardwebhooks && node receiver.mjs secrets/billing-hmac [port]
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { Webhook } from "standardwebhooks";

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const bigEndian = (n) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(n); return bytes; };
const WINDOW = 256n; // n may come out of order by this much; by more while you refuse events (4xx), which this one does not
const asSent = (hash) => hash.toString("hex", 0, 16);

/** One stream: n counts 1, 2, 3 …; h(0) = SHA-256(stream), h(n) = SHA-256(h(n-1), n, id). */
class Stream {
  constructor(name) {
    Object.assign(this, { done: 0n, hash: sha256(name), waiting: new Map(), lost: [], ids: new Set(), last: new Map() });
  }

  /** @returns what is wrong with this delivery, or nothing. Devices may overtake each other, but none itself. */
  take(event) {
    if (this.ids.has(event.id)) return []; // delivered again because our answer was lost
    const n = BigInt(event.n), faults = [];
    if (n <= this.done || this.waiting.has(n)) return [`n ${n} came with two ids`];
    if (n < (this.last.get(event.partitionkey) ?? 0n)) faults.push(`n ${n} of ${event.partitionkey} came too late`);
    this.ids.add(event.id);
    this.last.set(event.partitionkey, n);
    this.waiting.set(n, event);
    this.advance(faults);
    if (n > this.done + WINDOW) faults.push(`n ${this.done + 1n} is lost: ${n} is here`);
    return faults;
  }

  /** The ranges of a delivery.gap: these numbers will not come, and the chain goes on from the hash behind them. */
  loses(ranges, faults) {
    for (const { from_n, to_n, hash_after } of ranges) {
      this.lost.push({ from: BigInt(from_n), to: BigInt(to_n), after: Buffer.from(hash_after, "hex") });
    }
    this.advance(faults);
  }

  advance(faults) {
    for (;;) {
      const n = this.done + 1n, next = this.waiting.get(n);
      const gap = this.lost.find(({ from, to }) => from <= n && n <= to);
      if (!next && !gap) return;
      const before = this.hash;
      this.done = next ? n : gap.to;
      this.hash = next ? sha256(before, bigEndian(n), next.id) : gap.after;
      for (const number of this.waiting.keys()) if (number <= this.done) this.waiting.delete(number);
      if (next && (next.prevhash !== asSent(before) || next.hash !== asSent(this.hash))) {
        faults.push(`n ${n} breaks the chain`);
      }
    }
  }
}

/** Calls `report(event, faults)` for each delivery; `event` is undefined if its signature is wrong. */
export function receive(secret, streams, report) {
  const webhook = new Webhook(secret);
  return createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()); // the very bytes that were signed
    let event;
    try { event = webhook.verify(body, request.headers); } catch (error) { report(undefined, [error.message]); }
    const numbered = event?.n !== undefined; // a message about deliveries, not one of them, has no number
    const stream = (name) => streams.get(name) ?? streams.set(name, new Stream(name)).get(name);
    const faults = numbered ? stream(event.stream).take(event) : [];
    if (event?.type === "io.chargehook.delivery.gap") stream(event.data.stream).loses(event.data.ranges, faults);
    if (event) report(event, faults);
    response.writeHead(event ? 204 : 401).end(); // a real receiver stores the event before it answers 2xx
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const server = receive(readFileSync(process.argv[2], "utf8").trim(), new Map(), (event, faults) =>
    console.log(event?.type ?? "refused", event?.subject ?? "", event?.n ?? "", faults.join("; ")));
  server.listen(Number(process.argv[3] ?? 8080), "127.0.0.1", () => console.log("listening", server.address().port));
}
