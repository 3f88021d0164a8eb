/** The addresses that machines watch: is the process alive, may it be sent requests, and what are its figures. */
import { BlockList, isIPv6 } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "#kernel/errors.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { type Metrics, openMetricsMediaType } from "./metrics.ts";

export interface WellKnownParts {
  readonly kernel: Kernel;
  readonly metrics: Metrics;
  /** Further gauges, by name without the prefix. */
  readonly figures: () => Promise<Readonly<Record<string, number>>>;
  /** True from the moment that the node is asked to stop. */
  readonly isDraining: () => boolean;
}

export function addWellKnown(app: FastifyInstance, parts: WellKnownParts): void {
  const config = { rateLimit: false } as const;
  app.get("/healthz", { config }, async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ status: "ok" }),
  );

  app.get("/readyz", { config }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    if (parts.isDraining()) return reply.code(503).send({ status: "draining" });
    // Reads through the store's own door: a store that cannot answer makes the node not ready.
    const ready = await parts.kernel.store
      .read(async () => true)
      .then(
        () => true,
        () => false,
      );
    if (!ready) return reply.code(503).send({ status: "store does not answer" });
    // A node that has lost touch still reads for whoever insists, but others answer better.
    const because = parts.kernel.unready();
    if (because !== null) return reply.code(503).send({ status: "not ready", because });
    const { readOnlyBecause, position } = parts.kernel.store.status();
    return reply.send({
      status: readOnlyBecause === null ? "ready" : "read-only",
      readOnlyBecause,
      position,
    });
  });

  app.get("/metrics", { config }, async (request, reply) => {
    if (isRelayed(request))
      throw new Refusal(
        "forbidden",
        "This came through a proxy that the setting trusted-proxies does not name, so nobody knows from where.",
      );
    if (!isNear(request.ip))
      throw new Refusal("forbidden", "The figures are for the machine itself and its private network.");
    const text = parts.metrics.render(parts.kernel.store, await parts.figures());
    return reply.header("content-type", openMetricsMediaType).header("cache-control", "no-store").send(text);
  });
}

const near = new BlockList();
near.addSubnet("127.0.0.0", 8, "ipv4");
near.addSubnet("10.0.0.0", 8, "ipv4");
near.addSubnet("172.16.0.0", 12, "ipv4");
near.addSubnet("192.168.0.0", 16, "ipv4");
near.addAddress("::1", "ipv6");
near.addSubnet("fc00::", 7, "ipv6");
near.addSubnet("fe80::", 10, "ipv6");

/** Whether somebody stands in between whose word about the address of origin is not taken: they seem near, always. */
function isRelayed(request: FastifyRequest): boolean {
  return request.headers["x-forwarded-for"] !== undefined && (request.ips ?? []).length < 2;
}

/** Loopback and private networks. */
function isNear(address: string): boolean {
  return near.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
