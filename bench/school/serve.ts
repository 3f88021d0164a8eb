/** A whole node over a school's folder; tells its parent where it listens, and which statement took longest since asked. */
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { watchStatements } from "./statements.ts";

const [data = "", databaseUrl = ""] = process.argv.slice(2);
const flags = {
  data,
  "http-port": "0",
  "grpc-port": "0",
  ...(databaseUrl === "" ? {} : { "database-url": databaseUrl }),
};
const { config } = readConfig({ flags, environment: {}, file: null });
const unlimited = 1e9;
const statements = watchStatements(databaseUrl);
const node = await openNode({
  config,
  webRoot: null,
  log: (level, message, facts) => (level === "info" ? undefined : console.error(level, message, facts)),
  limits: {
    sessionPerMinuteMax: unlimited,
    anonymousPerMinuteMax: unlimited,
    addressPerMinuteMax: unlimited,
  },
});
const addresses = await node.listen();
node.start();
process.send?.({ url: addresses?.http.url });

process.on("message", (message: "watch" | "slowest") => {
  if (message === "watch") statements.begin();
  else void statements.slowest().then((slowest) => process.send?.({ slowest }));
});
process.on("disconnect", () => void node.close().then(() => process.exit(0)));
