// Proves that verify.mjs says yes to what is right and no to each kind of fault. Signs with the reference library.
//   node --test verify_test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const folder = mkdtempSync(join(tmpdir(), "chargehook-verify-"));
writeFileSync(join(folder, "secret"), `${secret}\n`);
after(() => rmSync(folder, { recursive: true }));

const stream = "9f3c5a0b11d2e347/billing/billing/1";

/** The first `count` deliveries of the stream, on two devices in turn. */
function deliveries(count) {
  const events = [];
  let hash = createHash("sha256").update(stream).digest();
  for (let n = 1; n <= count; n += 1) {
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(n));
    const next = createHash("sha256").update(hash).update(number).update(`evt_${n}`).digest();
    events.push({ id: `evt_${n}`, partitionkey: `charger/CP-${n % 2}`, stream, n: String(n),
                  prevhash: hash.toString("hex").slice(0, 32), hash: next.toString("hex").slice(0, 32) });
    hash = next;
  }
  return events;
}

/** Posts the events to a verifier and gives its exit code and last line. */
async function judge(events, { wanted, key = secret, late = 0 } = {}) {
  const verifier = spawn(process.execPath, [fileURLToPath(new URL("verify.mjs", import.meta.url)),
                                            join(folder, "secret"), ...(wanted ? [String(wanted)] : [])]);
  const ended = new Promise((resolve) => verifier.once("exit", resolve));
  const lines = createInterface({ input: verifier.stdout })[Symbol.asyncIterator]();
  const port = (await lines.next()).value.split(" ")[1];
  const statuses = [];
  for (const event of events) {
    const body = JSON.stringify(event);
    const time = new Date(Date.now() - late * 1000);
    const headers = { "webhook-id": event.id, "webhook-timestamp": String(Math.floor(time / 1000)),
                      "webhook-signature": new Webhook(key).sign(event.id, time, body) };
    statuses.push((await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body })).status);
  }
  if (!wanted) verifier.kill("SIGTERM");
  let last;
  for (let line; !(line = await lines.next()).done;) last = line.value;
  return { code: await ended, last, statuses };
}

test("deliveries that are right end it after N", async () => {
  assert.deepEqual(await judge(deliveries(4), { wanted: 4 }),
                   { code: 0, last: "verified 4, refused 0", statuses: [204, 204, 204, 204] });
});

test("devices may overtake each other, and a repeat counts once", async () => {
  const [one, two, three] = deliveries(3);
  const { code, last } = await judge([two, two, one, three, one]);
  assert.deepEqual({ code, last }, { code: 0, last: "verified 3, refused 0" });
});

test("a message without a number is taken and not counted", async () => {
  const { code, last } = await judge([...deliveries(1), { id: "evt_watermark", type: "delivery.watermark" }]);
  assert.deepEqual({ code, last }, { code: 0, last: "verified 1, refused 0" });
});

const [one, two, three, four] = deliveries(4);
const faults = {
  "a signature of another key": [[one], { key: `whsec_${Buffer.alloc(32, 8).toString("base64")}` }],
  "a timestamp of an hour ago": [[one], { late: 3600 }],
  "a number that is missing": [[one, three]],
  "a stream that does not begin with 1": [[two]],
  "a link that does not follow": [[one, { ...two, prevhash: "0".repeat(32) }]],
  "a hash that cannot be recomputed": [[one, { ...two, hash: "0".repeat(32) }]],
  "another event under a number that was used": [[one, two, { ...two, id: "evt_9" }]],
  "a device that overtakes itself": [[three, one, two, four]],
};
for (const [name, [events, options]] of Object.entries(faults)) {
  test(`${name} is told`, async () => {
    assert.equal((await judge(events, options)).code, 1);
  });
}

test("a hole is waited for as long as numbers may overtake each other, and told after that", async () => {
  const { last } = await judge(deliveries(258).filter(({ n }) => n !== "2"));
  assert.equal(last, "verified 256, refused 1");
});
