/**
 * Recovery codes: ten to print, each lets its owner in once when the app or the passkey is lost. They follow from the
 * id of their set and the master key; the store has keyed hashes of them, to find the one that was used.
 */
import type { Kysely } from "kysely";
import type { TokenSealer } from "#kernel/services.ts";
import { recoveryCodesPerSet } from "./schema.ts";
import type { IdentityTables } from "./tables.ts";

/** No 0, 1, l, o: nobody mistakes one letter for another on paper. */
const letters = "23456789abcdefghijkmnpqrstuvwxyz";
const lettersPerCode = 10;
const setIdBytes = 16;

export interface RecoveryCodeSet {
  readonly id: string;
  readonly hashes: readonly string[];
}

/** A fresh set, to be stored by `keepRecoveryCodes`. */
export function newRecoveryCodes(
  tokens: TokenSealer,
  random: (count: number) => Uint8Array,
): RecoveryCodeSet {
  const id = Buffer.from(random(setIdBytes)).toString("hex");
  return { id, hashes: recoveryCodes(tokens, id).map((code) => hashOf(tokens, id, code)) };
}

/** The codes of a set, as they are shown. */
export function recoveryCodes(tokens: Pick<TokenSealer, "secretFor">, setId: string): string[] {
  return Array.from({ length: recoveryCodesPerSet }, (_each, position) => {
    const bytes = tokens.secretFor("recovery code", `${setId} ${position}`).subarray(0, lettersPerCode);
    // 32 letters: five bits of each byte, so every letter is as likely as any other.
    const text = Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });
}

/** Replaces whatever codes the person has. */
export async function keepRecoveryCodes(
  tx: Kysely<IdentityTables>,
  personId: string,
  { id, hashes }: RecoveryCodeSet,
): Promise<void> {
  await tx.deleteFrom("recovery_codes").where("person_id", "=", personId).execute();
  await tx
    .insertInto("recovery_codes")
    .values(
      hashes.map((hash, position) => ({
        set_id: id,
        position,
        person_id: personId,
        code_hash: hash,
        used_at: null,
      })),
    )
    .execute();
}

/** The code among the person's that was typed, used or not; null where it is none of theirs. */
export async function findRecoveryCode(
  db: Kysely<IdentityTables>,
  tokens: Pick<TokenSealer, "fingerprint">,
  { personId, code }: { readonly personId: string; readonly code: string },
): Promise<{ readonly setId: string; readonly position: number; readonly isUsed: boolean } | null> {
  const rows = await db.selectFrom("recovery_codes").selectAll().where("person_id", "=", personId).execute();
  const plain = code.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const shown = `${plain.slice(0, 5)}-${plain.slice(5)}`;
  const row = rows.find(({ set_id, code_hash }) => code_hash === hashOf(tokens, set_id, shown));
  if (row === undefined) return null;
  return { setId: row.set_id, position: row.position, isUsed: row.used_at !== null };
}

/** How many are left; 0 where there are none. */
export async function recoveryCodesLeft(db: Kysely<IdentityTables>, personId: string): Promise<number> {
  const rows = await db
    .selectFrom("recovery_codes")
    .select("position")
    .where("person_id", "=", personId)
    .where("used_at", "is", null)
    .execute();
  return rows.length;
}

function hashOf(tokens: Pick<TokenSealer, "fingerprint">, setId: string, code: string): string {
  return tokens.fingerprint(`recovery code ${setId} ${code}`);
}
