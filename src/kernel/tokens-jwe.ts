/**
 * JWE in its compact form with direct encryption by AES-256-GCM (RFC 7516, RFC 7518 §4.5 and §5.3), over node:crypto:
 * it runs on every call, and jose's general code takes several times as long. Tests open ours with jose and the
 * other way round.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import type { JsonObject } from "#base/json.ts";

export const keyBytes = 32;
export const ivBytes = 12;
const tagBytes = 16;
const partPattern = /^[A-Za-z0-9_-]+$/;

/** What GCM gives: the text it hid, and the tag that shows any change to it or to the associated data. */
export interface Sealed {
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Encrypts by AES-256-GCM. An `iv` must never be used twice under one key. */
export function gcmSeal(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Sealed {
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return { ciphertext, tag: cipher.getAuthTag() };
}

/** Decrypts what `gcmSeal` made; null when anything was changed. */
export function gcmOpen(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Sealed): Buffer | null {
  // A shorter tag would be accepted by the cipher and be easier to forge.
  if (iv.length !== ivBytes || sealed.tag.length !== tagBytes) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.tag);
  const text = decipher.update(sealed.ciphertext);
  try {
    return Buffer.concat([text, decipher.final()]);
  } catch {
    // The only thing that final() can complain of here is a tag that does not fit.
    return null;
  }
}

/** Who made a token and for what: authenticated, but readable by anyone. */
export interface JweHeader {
  readonly kid: string;
  readonly typ: string;
}

/** A token over `payload`: five parts, the second empty since the key is agreed on beforehand. */
export function jweSeal(key: Uint8Array, header: JweHeader, payload: JsonObject, iv: Uint8Array): string {
  const protectedHeader = base64url(JSON.stringify({ alg: "dir", enc: "A256GCM", ...header }));
  const { ciphertext, tag } = gcmSeal(
    key,
    iv,
    Buffer.from(protectedHeader),
    Buffer.from(JSON.stringify(payload)),
  );
  return `${protectedHeader}..${base64url(iv)}.${base64url(ciphertext)}.${base64url(tag)}`;
}

/** A token taken apart, nothing of it trusted yet. */
export interface JweParts {
  readonly header: JweHeader;
  readonly aad: Buffer;
  readonly iv: Buffer;
  readonly sealed: Sealed;
}

/** Takes `token` apart; null for anything that is not a JWE of this one kind. */
export function jweParse(token: string): JweParts | null {
  const parts = token.split(".");
  const [protectedHeader, encryptedKey, iv, ciphertext, tag] = parts;
  if (parts.length !== 5 || encryptedKey !== "") return null;
  if (protectedHeader === undefined || iv === undefined || ciphertext === undefined || tag === undefined)
    return null;
  if (![protectedHeader, iv, ciphertext, tag].every((part) => partPattern.test(part))) return null;
  const fields = parseObject(Buffer.from(protectedHeader, "base64url"));
  if (fields === null || fields.alg !== "dir" || fields.enc !== "A256GCM") return null;
  // Compression and critical extensions change what the rest means; we make neither.
  if ("zip" in fields || "crit" in fields) return null;
  const { kid, typ } = fields;
  if (typeof kid !== "string" || typeof typ !== "string") return null;
  return {
    header: { kid, typ },
    aad: Buffer.from(protectedHeader),
    iv: Buffer.from(iv, "base64url"),
    sealed: { ciphertext: Buffer.from(ciphertext, "base64url"), tag: Buffer.from(tag, "base64url") },
  };
}

/** The payload of a token that `key` made; null when it was forged or changed. */
export function jweOpen(key: Uint8Array, parts: JweParts): JsonObject | null {
  const payload = gcmOpen(key, parts.iv, parts.aad, parts.sealed);
  return payload === null ? null : parseObject(payload);
}

function base64url(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function parseObject(bytes: Buffer): JsonObject | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
