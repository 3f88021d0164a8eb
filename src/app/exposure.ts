/** Who can reach a node: this machine only, or others, which wants encryption on the way. */
import { BlockList, isIPv6 } from "node:net";
import { type Config, ConfigError } from "./config.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}

/** Refuses a server that would take passwords over the network in clear text. */
export function refuseClearText(config: Config): void {
  if (isLoopback(config.host) || config.tlsCert !== null || config.trustedProxies.length > 0) return;
  throw new ConfigError(
    `Listening on ${config.host} without encryption would send passwords in clear text. Set LYCEUM_TLS_CERT and ` +
      "LYCEUM_TLS_KEY, or LYCEUM_TRUSTED_PROXIES to the proxy in front that does TLS, or LYCEUM_HOST=127.0.0.1.",
  );
}

/** Refuses a demo school, whose accounts everybody knows, to anyone but this machine. */
export function refuseOpenDemo(config: Config): void {
  if (isLoopback(config.host)) return;
  throw new ConfigError(
    `The demo school listens on this machine only, not on ${config.host}. For a school of your own use lyceum serve.`,
  );
}

/** Refuses roles on separate nodes where they would share nothing. */
export function refuseLonelyRoles(config: Config): void {
  if (config.databaseUrl !== null || config.roles.length === 2) return;
  throw new ConfigError(
    "A node with one of the roles needs another with the other one, and both need the same database: " +
      "set LYCEUM_DATABASE_URL, or leave LYCEUM_ROLES out.",
  );
}
