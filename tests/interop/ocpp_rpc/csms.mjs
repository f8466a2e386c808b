// A CSMS that strictly checks OCPP 1.6 messages: node csms.mjs PORT
// Prints what it is asked; answers as a friendly CSMS does. Identity "banned" is refused with 403.
import { RPCServer } from "ocpp-rpc";

const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true });
let transactions = 4000;

server.auth((accept, reject, handshake) => {
  const password = handshake.password?.toString() ?? null;
  console.log(JSON.stringify({ what: "handshake", identity: handshake.identity, endpoint: handshake.endpoint, password }));
  handshake.identity === "banned" ? reject(403, "not here") : accept();
});
server.on("client", (client) => {
  const answer = (action, response) =>
    client.handle(action, ({ params }) => {
      const value = response(params);
      console.log(JSON.stringify({ what: "call", identity: client.identity, action, params, value }));
      return value;
    });
  const accepted = () => ({ idTagInfo: { status: "Accepted" } });
  answer("BootNotification", () => ({ status: "Accepted", interval: 300, currentTime: new Date().toISOString() }));
  answer("Heartbeat", () => ({ currentTime: new Date().toISOString() }));
  answer("StatusNotification", () => ({}));
  answer("Authorize", accepted);
  answer("StartTransaction", () => ({ ...accepted(), transactionId: ++transactions }));
  answer("MeterValues", () => ({}));
  answer("StopTransaction", accepted);
});
await server.listen(Number(process.argv[2]), "127.0.0.1");
console.log(JSON.stringify({ what: "listening", port: Number(process.argv[2]) }));
