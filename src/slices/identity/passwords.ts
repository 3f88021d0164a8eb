/**
 * Passwords: hashed by argon2id and kept as PHC strings, which name their own parameters, so that stronger ones can
 * be taken into use while old hashes still verify and are replaced at the next sign-in.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Refusal, Unavailable } from "#kernel/errors.ts";
import { commonPasswords } from "./common-passwords.ts";
import { passwordLengthMin } from "./schema.ts";

const argon2Async = promisify(argon2);

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 25 ms. */
const current = { memoryKib: 19_456, passes: 2, lanes: 1 };
const saltBytes = 16;
const hashBytes = 32;
/** A hash that demands more than this is damaged, not ours. */
const memoryKibMax = 1_048_576;
const passesMax = 64;
const lanesMax = 16;

/** Node hashes on the same few threads that files are read on; these bounds leave some of them free. */
const atOnceMax = 2;
const waitingMax = 256;

interface Phc {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** The PHC string of `password` with a fresh salt from `random`. */
export async function hashPassword(password: string, random: (count: number) => Uint8Array): Promise<string> {
  const salt = Buffer.from(random(saltBytes));
  const hash = await derive(password, { ...current, salt, hash: Buffer.alloc(hashBytes) });
  const { memoryKib, passes, lanes } = current;
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Whether `password` is the one behind `stored`. With null (an account without a password, or none at all) it does
 * the same work and says no, so that the time taken does not tell which accounts exist.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const phc =
    stored === null
      ? { ...current, salt: Buffer.alloc(saltBytes), hash: Buffer.alloc(hashBytes) }
      : parsePhc(stored);
  const hash = await derive(password, phc);
  return timingSafeEqual(hash, phc.hash) && stored !== null;
}

/** Whether `stored` was made with other parameters than today's. */
export function isOutdated(stored: string): boolean {
  const { memoryKib, passes, lanes } = parsePhc(stored);
  return memoryKib !== current.memoryKib || passes !== current.passes || lanes !== current.lanes;
}

/**
 * Refuses a new password that is easily guessed, by NIST SP 800-63B §3.1.1: length is what counts; no rules about
 * kinds of characters, but none of the most common ones and not the account's own address.
 */
export function requireStrong(password: string, email: string): void {
  const folded = password.normalize("NFKC").toLowerCase();
  const [mailbox] = email.split("@");
  const weakness =
    [...password].length < passwordLengthMin
      ? `has fewer than ${passwordLengthMin} characters`
      : commonPasswords.has(folded) || new Set(folded).size <= 2
        ? "is one of the most common"
        : folded === email || folded === mailbox
          ? "is your e-mail address"
          : null;
  if (weakness !== null)
    throw new Refusal(
      "weak_password",
      `This password ${weakness}. Choose a longer one, for instance four words that do not belong together.`,
      { kind: "invalid_input" },
    );
}

let running = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, phc: Phc): Promise<Buffer> {
  if (running >= atOnceMax) {
    if (waiting.length >= waitingMax)
      throw new Unavailable("Too many people are signing in at this moment. Try again shortly.");
    // Whoever finishes hands its place on, so `running` does not change here.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await argon2Async("argon2id", {
      // One password typed on two keyboards may come as different code points (NIST SP 800-63B §3.1.1.2).
      message: password.normalize("NFKC"),
      nonce: phc.salt,
      parallelism: phc.lanes,
      tagLength: phc.hash.length,
      memory: phc.memoryKib,
      passes: phc.passes,
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

function parsePhc(text: string): Phc {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (match === null) throw new Error("A stored password hash is not an argon2id PHC string.");
  const [, memory, passes, lanes, salt = "", hash = ""] = match;
  const phc = {
    memoryKib: Number(memory),
    passes: Number(passes),
    lanes: Number(lanes),
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
  if (phc.memoryKib > memoryKibMax || phc.passes > passesMax || phc.lanes > lanesMax || phc.hash.length < 16)
    throw new Error("A stored password hash has parameters out of all bounds.");
  return phc;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
