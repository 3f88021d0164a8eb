/**
 * Archives, under addresses that hold for an hour: the read is asked again, as whoever was given the address, and the
 * zip file is made while it is sent. A broken download begins anew.
 */
import type { FastifyInstance } from "fastify";
import { zipStream } from "#engines/blobs/zip-stream.ts";
import type { Archive } from "#kernel/archive.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { contentDisposition } from "./content-disposition.ts";

/** The path under which an archive can be had by whoever holds the ticket to its read. */
export function archiveUrl(ticket: string): string {
  return `/archives/${ticket}`;
}

/** Serves `/archives/<ticket>`. */
export function addArchives(app: FastifyInstance, kernel: Kernel): void {
  app.route<{ Params: { ticket: string } }>({
    method: ["GET", "HEAD"],
    url: "/archives/:ticket",
    compress: false,
    handler: async (request, reply) => {
      const agent = request.headers["user-agent"]?.slice(0, 200) ?? null;
      const { output } = await kernel.redeem(request.params.ticket, {
        requestId: request.id,
        origin: { door: "http", address: request.ip, agent },
      });
      const { fileName, entries } = output as unknown as Archive;
      const zip = zipStream(kernel.services.blobs, entries);
      reply
        .header("content-type", "application/zip")
        .header("content-length", String(zip.bytes))
        .header("content-disposition", contentDisposition("attachment", fileName))
        .header("cache-control", "private, no-store")
        .header("content-security-policy", "default-src 'none'; sandbox")
        .header("x-content-type-options", "nosniff");
      if (request.method === "HEAD") {
        zip.stream.destroy();
        return reply.send();
      }
      return reply.send(zip.stream);
    },
  });
}
