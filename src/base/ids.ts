/** Identifiers: UUID version 7 (RFC 9562 §5.7), so that new rows land at the end of an index. */
import type { Random } from "./random.ts";

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const counterMax = 0xfff;

/** A UUIDv7 made of `nowMs` (48 bits), a counter (12 bits) and 62 random bits; lower case, with hyphens. */
export function uuidv7(nowMs: number, random: Random, counter?: number): string {
  const bytes = new Uint8Array(16);
  bytes.set(random.bytes(10), 6);
  let time = nowMs;
  for (let index = 5; index >= 0; index--) {
    bytes[index] = time % 256;
    time = Math.floor(time / 256);
  }
  if (counter !== undefined) {
    bytes[6] = counter >> 8;
    bytes[7] = counter & 0xff;
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Buffer.from(bytes.buffer).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * A source of ids that sort in the order in which they were made, also within one millisecond and when the clock is set
 * back (RFC 9562 §6.2, method 1).
 */
export function createIdSource(random: Random): (nowMs: number) => string {
  let last = 0;
  let counter = 0;
  return (nowMs) => {
    if (nowMs > last) {
      last = nowMs;
      counter = 0;
    } else if (++counter > counterMax) {
      last++;
      counter = 0;
    }
    return uuidv7(last, random, counter);
  };
}
