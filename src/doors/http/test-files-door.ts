/** The routes of files alone, on a real socket over a real kernel, for their tests. */
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { uuidv7 } from "#base/ids.ts";
import { systemRandom } from "#base/random.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { personToken, type TestKernel } from "#kernel/testing.ts";
import { addFiles } from "./files.ts";
import { sendProblem } from "./problem.ts";
import { addUploads } from "./uploads.ts";

export interface TestFilesDoor {
  readonly url: string;
  readonly app: FastifyInstance;
  /** Faults that were met, which no test expects. */
  readonly bugs: unknown[];
  close(): Promise<void>;
}

/** Opens the routes over `blobs`, which is the kernel's own unless a test restarts it. */
export async function openTestFilesDoor(test: TestKernel, blobs: BlobStore): Promise<TestFilesDoor> {
  const bugs: unknown[] = [];
  const app = Fastify({ routerOptions: { maxParamLength: 1_000 }, genReqId: () => uuidv7(0, systemRandom) });
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error, (bug) => bugs.push(bug)));
  addFiles(app, { blobs, tokens: test.tokens, clock: test.clock });
  await addUploads(app, {
    blobs,
    identify: (request) => {
      const name = request.headers.authorization?.replace("Bearer ", "");
      return test.kernel.identify(name === undefined ? null : personToken(name));
    },
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, app, bugs, close: () => app.close() };
}
