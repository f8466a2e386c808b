// A receiver that proves what it gets: signature, numbers without holes, the chain, order per device.
// node receiver.mjs SECRET [PORT]     needs: npm install standardwebhooks     Node 18 or newer
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.argv[2]);
const streams = new Map(); // stream → {next: n expected, hash: h(next-1), early: n → event}. A real one keeps this on disk.
const newest = new Map();  // stream and partitionkey → highest n seen
const seen = new Set();    // webhook-ids
const count = { verified: 0, refused: 0, repeated: 0, broken: 0 };

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

function link(previous, event) { // h(n) = SHA-256(h(n-1) ‖ n in 8 bytes ‖ event id)
  const n = Buffer.alloc(8);
  n.writeBigUInt64BE(BigInt(event.n));
  return sha256(previous, n, event.id);
}

function follow(event) { // n may come out of order within 256: what is early waits for the one before it
  const state = streams.get(event.stream) ?? { next: 1, hash: sha256(event.stream), early: new Map() };
  streams.set(event.stream, state);
  if (Number(event.n) >= state.next) state.early.set(Number(event.n), event);
  for (let e; (e = state.early.get(state.next)); state.next++) {
    state.early.delete(state.next);
    const hash = link(state.hash, e);
    if (e.prevhash !== state.hash.toString("hex", 0, 16) || e.hash !== hash.toString("hex", 0, 16))
      return `the chain of ${e.stream} breaks at ${e.n}`;
    state.hash = hash;
  }
  return state.early.size > 256 ? `${event.stream}: ${state.next} is missing` : null;
}

function accept(event) {
  if (seen.has(event.id)) return (count.repeated++, null); // delivery is at least once
  seen.add(event.id);
  const key = `${event.stream} ${event.partitionkey}`;
  if (Number(event.n) < (newest.get(key) ?? 0)) return `${event.partitionkey}: ${event.n} overtaken`;
  newest.set(key, Number(event.n));
  return follow(event);
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const event = webhook.verify(Buffer.concat(chunks), request.headers); // throws unless signed by us, within 5 minutes
    count.verified++;
    const wrong = accept(event);
    if (wrong) count.broken++;
    console.log(wrong ?? `${event.time} ${event.type} ${event.subject} n ${event.n}`);
    response.writeHead(204).end(); // first keep it, then answer; work afterwards
  } catch (error) {
    count.refused++;
    response.writeHead(400).end(String(error.message));
  }
});
server.listen(Number(process.argv[3] ?? 0), "127.0.0.1", () => console.log(`listening ${server.address().port}`));
process.on("SIGTERM", () => { console.log(JSON.stringify(count)); process.exit(count.refused || count.broken ? 1 : 0); });
