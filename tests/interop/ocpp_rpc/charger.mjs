// A charger that strictly checks OCPP 1.6 messages: node charger.mjs URL IDENTITY [sessions]
// Boots, charges as often as asked, has a fault and loses it, and says what it was answered.
import { RPCClient } from "ocpp-rpc";

const [url, identity, sessions = "1"] = process.argv.slice(2);
const client = new RPCClient({ endpoint: url, identity, password: "secret of " + identity, protocols: ["ocpp1.6"],
                               strictMode: true, reconnect: false });
const say = (what, value) => console.log(JSON.stringify({ what, value }));
let second = Math.floor(Date.now() / 1000) * 1000;
const now = () => new Date((second += 1000)).toISOString();
const status = (status, errorCode = "NoError", more = {}) =>
  client.call("StatusNotification", { connectorId: 1, status, errorCode, timestamp: now(), ...more });

try {
  await client.connect();
  say("boot", await client.call("BootNotification", { chargePointVendor: "Alfen", chargePointModel: "Eve Double",
    chargePointSerialNumber: "ACE0012345", firmwareVersion: "6.4.1" }));
  await status("Available");
  for (let n = 1; n <= Number(sessions); n++) {
    const meter = 1203110 + n * 20000;
    await status("Preparing");
    await client.call("Authorize", { idTag: "04A2B3C4D5" });
    const started = await client.call("StartTransaction", { connectorId: 1, idTag: "04A2B3C4D5", meterStart: meter, timestamp: now() });
    say("start", started);
    await status("Charging");
    await client.call("MeterValues", { connectorId: 1, transactionId: started.transactionId,
      meterValue: [{ timestamp: now(), sampledValue: [{ value: String(meter + 9000), measurand: "Energy.Active.Import.Register", unit: "Wh" }] }] });
    say("stop", await client.call("StopTransaction", { transactionId: started.transactionId, idTag: "04A2B3C4D5",
      meterStop: meter + 18420, timestamp: now(), reason: "EVDisconnected" }));
    await status("Available");
  }
  await status("Faulted", "GroundFailure", { vendorErrorCode: "0x0102" });
  await status("Available");
  say("done", null);
  await client.close();
} catch (error) {
  say("failed", String(error.code ?? error.message));
  process.exit(1);
}
