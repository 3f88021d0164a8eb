/**
 * Nodes in one process that ask each other through memory, for tests: as over the wire, values travel as JSON, a node
 * that is cut off is not reached, and a link that breaks in the middle leaves the asker without an answer.
 */
import { Readable } from "node:stream";
import type { JsonValue } from "#base/json.ts";
import { OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { PeerAnswerer, Peers } from "../port.ts";

interface Node {
  readonly answerers: Map<string, PeerAnswerer>;
  serveBlob: ((sha256: string, offset: number) => Promise<Readable | null>) | null;
}

export class MemoryPeers {
  readonly #nodes = new Map<string, Node>();
  readonly #cut = new Set<string>();
  readonly #held = new Map<string, Promise<void>>();
  /** Questions that were asked, as `from > to kind`. */
  readonly asked: string[] = [];
  /** How many bytes of the next blob pass before its link breaks; null for no break. */
  breakBlobAfter: number | null = null;

  /** The view of one node. */
  of(self: string): Peers {
    const own: Node = { answerers: new Map(), serveBlob: null };
    this.#nodes.set(self, own);
    return {
      ask: (to, kind, body, { signal }) => this.#ask(self, to, kind, body, signal),
      answer: (kind, answerer) => void own.answerers.set(kind, answerer),
      openBlob: (from, sha256, offset) => this.#openBlob(self, from, sha256, offset),
      serveBlobs(open) {
        own.serveBlob = open;
      },
    };
  }

  /** From now on nobody reaches this node, nor does it reach anybody; what it was asked before stays unanswered. */
  cut(id: string): void {
    this.#cut.add(id);
  }

  mend(id: string): void {
    this.#cut.delete(id);
  }

  /** Keeps everything that this node is asked waiting until the returned function is called, as if it were stopped. */
  hold(id: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(id, promise);
    return () => {
      this.#held.delete(id);
      resolve();
    };
  }

  async #ask(
    from: string,
    to: string,
    kind: string,
    body: JsonValue,
    signal?: AbortSignal,
  ): Promise<JsonValue> {
    this.asked.push(`${from} > ${to} ${kind}`);
    const answerer = this.#reach(from, to).answerers.get(kind);
    if (answerer === undefined) throw new Unavailable(`${to} answers no ${kind}`);
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new OutcomeUnknown("given up")), { once: true });
    });
    let answer: JsonValue;
    try {
      const answering = (this.#held.get(to) ?? Promise.resolve()).then(() =>
        answerer(structuredClone(body), from),
      );
      answer = await Promise.race([answering, aborted]);
    } catch (error) {
      if (error instanceof OutcomeUnknown) throw error;
      throw new Unavailable(error instanceof Error ? error.message : String(error));
    }
    if (this.#cut.has(from) || this.#cut.has(to)) throw new OutcomeUnknown(`the link to ${to} broke`);
    return JSON.parse(JSON.stringify(answer)) as JsonValue;
  }

  async #openBlob(from: string, to: string, sha256: string, offset: number): Promise<Readable | null> {
    this.asked.push(`${from} > ${to} blob from ${offset}`);
    const source = (await this.#reach(from, to).serveBlob?.(sha256, offset)) ?? null;
    if (source === null) return null;
    const passing = this.#passing(source);
    return Readable.from(passing);
  }

  async *#passing(source: Readable): AsyncGenerator<Uint8Array> {
    let left = this.breakBlobAfter;
    this.breakBlobAfter = null;
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      if (left !== null && chunk.byteLength > left) {
        if (left > 0) yield chunk.subarray(0, left);
        source.destroy();
        throw new Error("the link broke");
      }
      if (left !== null) left -= chunk.byteLength;
      yield chunk;
    }
  }

  #reach(from: string, to: string): Node {
    const node = this.#nodes.get(to);
    if (node === undefined || this.#cut.has(from) || this.#cut.has(to))
      throw new Unavailable(`${to} cannot be reached`);
    return node;
  }
}
