/** Kernels of several nodes in one process, over one store, with files of their own and links that a test may cut. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { present } from "#base/assert.ts";
import { type Clock, ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { openReplicatedBlobs } from "#engines/blobs/replicated/open.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import { createRecordingMailer } from "#engines/mail/testing/recording-mailer.ts";
import { MemoryPeers } from "#engines/peer/testing/memory-peers.ts";
import type { Store } from "#engines/store/port.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { openTextIndex } from "#engines/text-index/open.ts";
import { type Kernel, openKernel } from "../kernel.ts";
import { createKeyring } from "../keyring.ts";
import { createAttemptLimiter } from "../limiter.ts";
import type { ClusterAdmission } from "../services.ts";
import type { Slice } from "../slice.ts";
import { actorAuthenticator } from "../testing.ts";
import { createTokenSealer } from "../tokens.ts";
import { HastyClock, SharedGroup } from "./shared-group.ts";

export interface KernelGroup {
  /** What each node believes of leadership; `a` leads at first. */
  readonly group: SharedGroup;
  readonly peers: MemoryPeers;
  /** What the nodes share. */
  readonly store: Store;
  /** Lines of the nodes' logs: `a: message`. */
  readonly logged: readonly string[];
  at(id: string): Kernel;
  /** Lets time pass, for all nodes. */
  advance(durationMs: number): void;
}

export interface KernelGroupOptions {
  readonly slices: readonly Slice[];
  readonly ids?: readonly string[];
  readonly admission?: ClusterAdmission;
  /** One that hurries when absent, since whoever waits for a leader waits for nothing else. */
  readonly clock?: Clock & { advance(durationMs: number): void };
}

/** Opens the nodes; they and their folders are gone after the test. */
export async function openKernelGroup(
  t: { after(action: () => Promise<void>): void },
  { slices, ids = ["a", "b", "c"], admission = noAdmission, clock = new HastyClock() }: KernelGroupOptions,
): Promise<KernelGroup> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-nodes-"));
  const store = await openSqliteStore({ folder: join(folder, "store"), clock: new ManualClock() });
  const group = new SharedGroup(store, ids, clock);
  const peers = new MemoryPeers();
  const logged: string[] = [];
  const nodes = new Map<string, Kernel>();
  const closing: (() => Promise<void>)[] = [];
  const masterKey = seededRandom(9).bytes(32);
  group.lead(ids[0] ?? null);
  for (const [index, id] of ids.entries()) {
    const random = seededRandom(index + 1);
    const local = await openLocalBlobStore({ folder: join(folder, id), clock: new ManualClock(), random });
    const members = ids.map((each) => ({ id: each, role: "voter" as const }));
    const port = peers.of(id);
    const blobs = openReplicatedBlobs({ local, peers: port, group: () => ({ selfId: id, nodes: members }) });
    const own = group.of(id);
    const keyring = createKeyring({ store: own, masterKey, clock, random });
    const textIndex = openTextIndex({ folder: join(folder, id, "text-index") });
    const kernel = await openKernel({
      store: own,
      blobs: blobs.store,
      inspector: createFileInspector(),
      mailer: createRecordingMailer(),
      textIndex,
      slices,
      authenticator: actorAuthenticator,
      tokens: createTokenSealer({ keyring, random }),
      limiter: createAttemptLimiter(),
      clock,
      random,
      publicUrl: () => "http://school.test",
      log: (_level, message) => void logged.push(`${id}: ${message}`),
      heavyReader: null,
      group: { peers: port, blobs, admission },
    });
    nodes.set(id, kernel);
    closing.push(
      () => kernel.close(),
      () => textIndex.close(),
      () => local.close(),
    );
  }
  t.after(async () => {
    for (const close of closing) await close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  group.writes.length = 0;
  const advance = (durationMs: number) => clock.advance(durationMs);
  return { group, peers, store, logged, advance, at: (id) => present(nodes.get(id), `the node ${id}`) };
}

const noAdmission: ClusterAdmission = {
  authority: "",
  fingerprint: "",
  keyHashOf: async () => null,
  issue: async () => "",
  masterKey: () => "",
};
