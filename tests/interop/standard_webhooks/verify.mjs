// Receives until N different events are verified or SIGTERM comes, and judges: docs/receivers/receiver.mjs with an end.
//   node verify.mjs SECRET_FILE [N]
// Prints `listening PORT`, each fault, and last `verified X, refused Y`. Exit 0 only if nothing was refused, no number
// is missing and, if N is given, X = N.
import { readFileSync } from "node:fs";
import { receive } from "../../../docs/receivers/receiver.mjs";

const [, , secretFile, count] = process.argv;
const wanted = count === undefined ? undefined : Number(count);
const streams = new Map();
const verified = new Set();
let refused = 0;

const server = receive(readFileSync(secretFile, "utf8").trim(), streams, (event, faults) => {
  for (const fault of faults) console.log(`fault ${event?.id ?? "unknown"}: ${fault}`);
  if (faults.length > 0) refused += 1;
  else if (event.n !== undefined) verified.add(`${event.stream} ${event.n}`);
  if (verified.size === wanted) setImmediate(finish); // after the answer to this one
});

function finish() {
  let holes = 0;
  for (const [name, stream] of streams) {
    if (stream.waiting.size === 0) continue;
    console.log(`fault ${name}: n ${stream.done + 1n} is missing`);
    holes += 1;
  }
  console.log(`verified ${verified.size}, refused ${refused}`);
  process.exitCode = refused === 0 && holes === 0 && (wanted === undefined || verified.size === wanted) ? 0 : 1;
  server.close();
  server.closeIdleConnections();
  setTimeout(() => process.exit(), 500).unref();
}

process.once("SIGTERM", finish);
server.listen(0, "127.0.0.1", () => console.log("listening", server.address().port));
