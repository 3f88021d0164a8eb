/** Frames on a real HTTP/2 stream: however they are cut up, in a bounded queue, and none that is none of ours. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Stream, connect, createServer, type ServerHttp2Stream } from "node:http2";
import { type TestContext, test } from "node:test";
import { FrameInvalid } from "./codec.ts";
import { createFrameStream } from "./framing.ts";

const nothing = { message() {}, dropped() {}, invalid() {} };

/** Both ends of one stream. */
async function openStream(t: TestContext): Promise<readonly [ClientHttp2Stream, ServerHttp2Stream]> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const session = connect(`http://127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`);
  t.after(() => {
    session.destroy();
    server.close();
  });
  const near = session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
  const [far] = (await once(server, "stream")) as [ServerHttp2Stream];
  near.on("error", () => {});
  far.on("error", () => {});
  return [near, far];
}

/** Collects messages, and resolves once there are `count` of them. */
function collector(count: number) {
  const got: Uint8Array[] = [];
  const all = Promise.withResolvers<Uint8Array[]>();
  const message = (bytes: Uint8Array) => {
    got.push(bytes);
    if (got.length === count) all.resolve(got);
  };
  return { all: all.promise, message };
}

const sizes = [0, 1, 5, 16_384, 16_385, 65_536, 3_000_000, 2, 0];
const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1));

function areAsSent(got: readonly Uint8Array[]): boolean {
  return got.length === sent.length && got.every((bytes, index) => sent[index]?.equals(bytes));
}

test("messages of every size come out as they went in", async (t) => {
  const [near, far] = await openStream(t);
  const { all, message } = collector(sent.length);
  createFrameStream(far, { ...nothing, message });
  const frames = createFrameStream(near, nothing);
  for (const each of sent) frames.send(each, false);
  assert(areAsSent(await all));
});

test("it does not matter where the bytes are cut", async (t) => {
  const [near, far] = await openStream(t);
  const { all, message } = collector(sent.length);
  createFrameStream(far, { ...nothing, message });
  const prefixed = sent.map((each) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(each.length, 1);
    return Buffer.concat([prefix, each]);
  });
  const raw = Buffer.concat(prefixed);
  for (let at = 0, length = 1; at < raw.length; at += length, length = (length * 3) % 100_003)
    near.write(raw.subarray(at, at + length));
  assert(areAsSent(await all));
});

test("while the other side takes nothing, the oldest appends fall out of the queue, and nothing else", async (t) => {
  const [near, far] = await openStream(t);
  let drops = 0;
  const frames = createFrameStream(near, {
    ...nothing,
    dropped() {
      drops++;
    },
  });
  const big = (mark: number) => {
    const bytes = Buffer.alloc(32 * 1024 * 1024);
    bytes[0] = mark;
    return bytes;
  };
  for (const mark of [1, 2]) frames.send(big(mark), true);
  frames.send(Buffer.of(3), false);
  assert.equal(drops, 0);
  for (const mark of [4, 5, 6]) frames.send(big(mark), true);
  // Told once, however many go.
  assert.equal(drops, 1);
  const { all, message } = collector(4);
  createFrameStream(far, { ...nothing, message });
  assert.deepEqual(
    (await all).map((bytes) => bytes[0]),
    [1, 3, 5, 6],
  );
});

test("what is none of ours ends the reading, and what follows is not looked at", async (t) => {
  const cases: [string, Buffer, RegExp][] = [
    ["a compressed frame", Buffer.of(1, 0, 0, 0, 1, 7), /compressed/],
    ["a frame that is too long", Buffer.of(0, 255, 255, 255, 255), /4294967295 bytes, when \d+ is the limit/],
    ["a frame that cannot be read", Buffer.of(0, 0, 0, 0, 1, 66), /no such message/],
  ];
  for (const [name, bytes, reason] of cases) {
    const [near, far] = await openStream(t);
    const told = Promise.withResolvers<string>();
    const seen: number[] = [];
    createFrameStream(far, {
      ...nothing,
      message([first = 0]) {
        seen.push(first);
        if (first === 66) throw new FrameInvalid("no such message");
      },
      invalid: told.resolve,
    });
    near.write(Buffer.concat([Buffer.of(0, 0, 0, 0, 1, 65), bytes, Buffer.of(0, 0, 0, 0, 1, 67)]));
    assert.match(await told.promise, reason, name);
    assert(!seen.includes(67), name);
  }
});
