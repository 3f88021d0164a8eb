/**
 * The web app's files. What the build named by its content is kept by browsers for good; pages are asked for again
 * each time. Any other path that a browser opens is a page of the app, which finds its way by the address.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic, { type FastifyStaticOptions } from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Headers } from "./security-headers.ts";

const forGood = "public, max-age=31536000, immutable";
const askAgain = "no-cache";

export interface WebApp {
  /** The page for a path that is no file; null when the app has none for this request. */
  readonly page: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null;
}

/** Serves the files under `root`, the output of the web build; `root` null or absent on disk means no web app. */
export async function addWebApp(
  app: FastifyInstance,
  root: string | null,
  headers: () => Headers,
): Promise<WebApp> {
  if (root === null || !existsSync(join(root, "index.html"))) return { page: () => null };
  const files = {
    root,
    cacheControl: false,
    preCompressed: true,
    setHeaders(reply: Parameters<NonNullable<FastifyStaticOptions["setHeaders"]>>[0], path: string) {
      reply.headers(headers()).header("cache-control", path.includes("/assets/") ? forGood : askAgain);
    },
  } satisfies FastifyStaticOptions;
  // Outside the scope below, so that any path that is no file can be answered with a page.
  await app.register(fastifyStatic, { ...files, serve: false });
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      // One visit asks for many files; they cost next to nothing.
      route.config = { ...route.config, rateLimit: false };
    });
    // A route for each file that is there, so that a made-up path never reaches the disk.
    await scope.register(fastifyStatic, { ...files, decorateReply: false, wildcard: false, index: false });
  });
  return {
    page(request, reply) {
      if (!wantsPage(request)) return null;
      const path = request.url.split("?")[0] ?? "";
      return reply.sendFile(path === "/sign-in" ? "sign-in.html" : "index.html");
    },
  };
}

/** Whether a browser opens an address, rather than a program asking for something that is not there. */
function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== "GET" && request.method !== "HEAD") return false;
  if (request.url.startsWith("/api/") || request.url.startsWith("/files/")) return false;
  const lastPart = request.url.split("?")[0]?.split("/").at(-1) ?? "";
  return !lastPart.includes(".") && (request.headers.accept ?? "").includes("text/html");
}
