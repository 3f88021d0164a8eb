/**
 * The files of a group of nodes. Each node keeps its own folder; what it lacks it fetches from the others when somebody
 * wants it, and what is damaged it replaces. Before a command refers to a file, `ensure` has a quorum of the voters hold
 * it. Uploads in progress stay at the node that took them: only whole files travel.
 *
 * Between nodes: `blob.ensure` (have this file, and keep it), `blob.lacking` (which of these are not there), `blob.remove` (delete what nobody needs), `upload.find`
 * (is this upload yours), and the bytes themselves, whole or from an offset.
 */
import type { Readable } from "node:stream";
import { z } from "zod";
import type { JsonValue } from "#base/json.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { LocalBlobs } from "../local/open.ts";
import { BlobError, type BlobStat, type BlobStore, type Upload } from "../port.ts";
import type { ReplicatedBlobs } from "./port.ts";
import { type Pulled, pullBlob } from "./pull.ts";

/** How long a node may take to say something that it knows at once. */
const askMsMax = 5_000;
/** How long a node may take to fetch a file: this, and the file at a crawl. */
const ensureMsMin = 15_000;
const ensureBytesPerMs = 2_000;

/** Who is in the group, as this node knows it. */
export interface GroupNodes {
  readonly selfId: string;
  readonly nodes: readonly { readonly id: string; readonly role: "voter" | "learner" }[];
}

export interface ReplicatedBlobsOptions {
  readonly local: LocalBlobs;
  readonly peers: Peers;
  readonly group: () => GroupNodes;
  /** Hears of files that were fetched because they were missing or damaged here; goes to the log. */
  readonly report?: (report: ReplicationReport) => void;
}

/** What whoever runs the school should hear of. */
export type ReplicationReport =
  | { readonly kind: "fetched" | "mended"; readonly sha256: string; readonly bytes: number }
  | { readonly kind: "not_mended"; readonly sha256: string; readonly err: unknown };

const BlobQuestion = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() });
const RemoveQuestion = z.object({ names: z.array(z.string()), storedBefore: z.number() });
const Names = z.object({ names: z.array(z.string()) });
const FindQuestion = z.object({ id: z.string(), owner: z.string() });
const FoundUpload = z.object({
  upload: z
    .object({
      id: z.string(),
      owner: z.string(),
      fileName: z.string(),
      bytesExpected: z.number().nullable(),
      bytesReceived: z.number(),
      finished: z.object({ sha256: z.string(), bytes: z.number(), mediaType: z.string() }).nullable(),
      expiresAt: z.number(),
    })
    .nullable(),
});
const StatAnswer = z.object({ bytes: z.number().nullable() });

/** Begins to serve this node's files to the others, and gives those of all. */
export function openReplicatedBlobs(options: ReplicatedBlobsOptions): ReplicatedBlobs {
  const { local, peers, group, report } = options;
  /** Files that are looked for, and files on their way: many may want one at once. */
  const fetching = new Map<string, Promise<BlobStat | null>>();
  const pulling = new Map<string, Promise<Pulled>>();

  const others = (): string[] => {
    const { selfId, nodes } = group();
    return nodes.map(({ id }) => id).filter((id) => id !== selfId);
  };

  function pull(blob: BlobStat, from?: string): Promise<Pulled> {
    const known = pulling.get(blob.sha256);
    if (known !== undefined) return known;
    const nodes = others();
    const first = from !== undefined && nodes.includes(from) ? [from] : [];
    const order = [...first, ...nodes.filter((id) => id !== from)];
    const one = pullBlob({ local, peers }, order, blob).finally(() => pulling.delete(blob.sha256));
    pulling.set(blob.sha256, one);
    return one;
  }

  /** The file's size here, once it has been fetched where it was missing; null when no node has it. */
  async function present(sha256: string): Promise<BlobStat | null> {
    const here = await local.stat(sha256);
    if (here !== null || !/^[0-9a-f]{64}$/.test(sha256)) return here;
    const known = fetching.get(sha256);
    if (known !== undefined) return known;
    const one = fetch(sha256).finally(() => fetching.delete(sha256));
    fetching.set(sha256, one);
    return one;
  }

  async function fetch(sha256: string): Promise<BlobStat | null> {
    const asked = await Promise.all(others().map((node) => statAt(peers, node, sha256)));
    const bytes = asked.find((each) => typeof each === "number");
    if (bytes === undefined) {
      if (asked.includes("unreachable")) throw notNow();
      return null;
    }
    const came = await pull({ sha256, bytes });
    if (came === "unreachable") throw notNow();
    if (came === "none") return null;
    report?.({ kind: "fetched", sha256, bytes });
    return { sha256, bytes };
  }

  async function keep(blob: BlobStat, from: string): Promise<void> {
    const here = await local.stat(blob.sha256);
    if (here?.bytes === blob.bytes && (await local.touch(blob.sha256))) return;
    if ((await pull(blob, from)) !== "pulled")
      throw new Unavailable("The file could not be fetched from the node that has it.");
  }

  /** Reads the copy here, and replaces it for the next reader where it turns out to be damaged. */
  async function openHere(
    sha256: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Readable> {
    const stream = await local.open(sha256, range);
    stream.once("error", (error) => {
      if (!(error instanceof BlobError && error.code === "damaged")) return;
      local
        .stat(sha256)
        .then((stat) => (stat === null ? false : store.mend(stat)))
        .catch((cause: unknown) => report?.({ kind: "not_mended", sha256, err: cause }));
    });
    return stream;
  }

  peers.serveBlobs(async (sha256, offset) => {
    const stat = await local.stat(sha256);
    if (stat === null || offset > stat.bytes) return null;
    // The whole is checked as it is read: a damaged copy does not spread.
    if (offset === 0) return openHere(sha256);
    return offset === stat.bytes ? null : openHere(sha256, { start: offset, end: stat.bytes - 1 });
  });
  peers.answer("blob.stat", async (body) => {
    const { sha256 } = BlobQuestion.pick({ sha256: true }).parse(body);
    return { bytes: (await local.stat(sha256))?.bytes ?? null };
  });
  peers.answer("blob.ensure", async (body, from) => {
    await keep(BlobQuestion.parse(body), from);
    return {};
  });
  async function lackingHere(names: readonly string[]): Promise<string[]> {
    const found = await Promise.all(names.map((name) => local.stat(name)));
    return names.filter((_name, place) => found[place] === null);
  }

  /** Those of `names` that `node` lacks; null when it does not say. */
  async function lackingAt(node: string, names: readonly string[]): Promise<readonly string[] | null> {
    if (node === group().selfId) return lackingHere(names);
    try {
      const answer = await peers.ask(node, "blob.lacking", { names: [...names] }, { timeoutMs: askMsMax });
      return Names.parse(answer).names;
    } catch (error) {
      if (error instanceof Unavailable) return null;
      throw error;
    }
  }

  peers.answer("blob.lacking", async (body) => ({ names: await lackingHere(Names.parse(body).names) }));
  peers.answer("blob.remove", async (body) => {
    const { names, storedBefore } = RemoveQuestion.parse(body);
    for (const name of names) await local.remove(name, { storedBefore });
    return {};
  });
  peers.answer("upload.find", async (body) => {
    const { id, owner } = FindQuestion.parse(body);
    const upload = await local.upload(id);
    if (upload === null || upload.owner !== owner) return { upload: null };
    const isWhole = upload.finished === null && upload.bytesReceived === upload.bytesExpected;
    return { upload: isWhole ? await local.finishUpload(id) : upload } as unknown as JsonValue;
  });

  const store: BlobStore = {
    beginUpload: (wish) => local.beginUpload(wish),
    upload: (id) => local.upload(id),
    appendToUpload: (id, offset, source) => local.appendToUpload(id, offset, source),
    finishUpload: (id) => local.finishUpload(id),
    abandonUpload: (id) => local.abandonUpload(id),
    stat: present,
    async open(sha256, range) {
      await present(sha256);
      return openHere(sha256, range);
    },
    async localPath(sha256) {
      await present(sha256);
      return local.localPath(sha256);
    },
    async mend(blob) {
      const came = await pull(blob);
      if (came === "unreachable") throw notNow();
      if (came === "none") return false;
      report?.({ kind: "mended", ...blob });
      return true;
    },
    list: () => local.list(),
    remove: (sha256, only) => local.remove(sha256, only),
    expireUploads: () => local.expireUploads(),
    close: () => local.close(),
  };

  return {
    store,

    async findUpload(id, owner): Promise<Upload | null> {
      const asked = await Promise.all(
        others().map(async (node) => {
          try {
            const answer = await peers.ask(node, "upload.find", { id, owner }, { timeoutMs: askMsMax });
            return FoundUpload.parse(answer).upload;
          } catch (error) {
            if (error instanceof Unavailable) return "unreachable" as const;
            throw error;
          }
        }),
      );
      const found = asked.find((each) => each !== null && each !== "unreachable") ?? null;
      if (found !== null) return found;
      if (asked.includes("unreachable"))
        throw new Unavailable(
          "The file was sent to a node that does not answer at present. Try again, or send the file again.",
        );
      return null;
    },

    async ensure(blob) {
      const { selfId, nodes } = group();
      const voters = nodes.filter(({ role }) => role === "voter").map(({ id }) => id);
      const needed = Math.floor(voters.length / 2) + 1;
      const isVoter = voters.includes(selfId);
      if ((await local.stat(blob.sha256)) === null) await present(blob.sha256);
      if (!(await local.touch(blob.sha256))) throw notNow();
      const timeoutMs = ensureMsMin + Math.ceil(blob.bytes / ensureBytesPerMs);
      const { sha256, bytes } = blob;
      const asking = others().map((node) => ({
        isVoter: voters.includes(node),
        done: peers.ask(node, "blob.ensure", { sha256, bytes }, { timeoutMs }),
      }));
      // Learners, and those beyond the quorum, take their time.
      for (const { done } of asking) done.catch(() => undefined);
      const asked = asking.filter((each) => each.isVoter).map(({ done }) => done);
      const own = isVoter ? 1 : 0;
      const held = (await enough(asked, needed - own)) + own;
      if (held < needed)
        throw new Unavailable(
          `The file is on ${held} of ${voters.length} nodes, and ${needed} must hold it before it can be used. ` +
            "Try again in a moment: nothing needs to be sent anew.",
        );
    },

    async onlyAt(node, names) {
      const nodes = group().nodes.map(({ id }) => id);
      let left = names;
      for (const other of nodes) {
        if (left.length === 0) return [];
        // Who does not answer cannot be counted on.
        if (other !== node) left = (await lackingAt(other, left)) ?? left;
      }
      const lacking = nodes.includes(node) ? await lackingAt(node, left) : null;
      return lacking === null ? [] : left.filter((name) => !lacking.includes(name));
    },

    async removeElsewhere(names, storedBefore) {
      const question = { names: [...names], storedBefore };
      await Promise.allSettled(
        others().map((node) => peers.ask(node, "blob.remove", question, { timeoutMs: askMsMax })),
      );
    },
  };
}

async function statAt(peers: Peers, node: string, sha256: string): Promise<number | null | "unreachable"> {
  try {
    return StatAnswer.parse(await peers.ask(node, "blob.stat", { sha256 }, { timeoutMs: askMsMax })).bytes;
  } catch (error) {
    if (error instanceof Unavailable) return "unreachable";
    throw error;
  }
}

/** Resolves as soon as `count` of `promises` have, or as soon as they no longer can; says how many have by then. */
function enough(promises: readonly Promise<unknown>[], count: number): Promise<number> {
  return new Promise((resolve) => {
    let held = 0;
    let left = promises.length;
    const look = (): void => {
      if (held >= count || held + left < count) resolve(held);
    };
    const settled = (holds: boolean) => () => {
      left--;
      if (holds) held++;
      look();
    };
    for (const promise of promises) promise.then(settled(true), settled(false));
    look();
  });
}

function notNow(): Unavailable {
  return new Unavailable(
    "This file is on another node, which does not give it at present. Try again in a moment.",
  );
}
