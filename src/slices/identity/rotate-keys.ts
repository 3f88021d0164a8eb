/** Taking a new key into use for all tokens of the school. */
import { z } from "zod";
import { addKey } from "#kernel/keyring.ts";
import { hasRole } from "#kernel/policy.ts";
import { keysRotated } from "./events.ts";
import { operation } from "./tables.ts";

/** Nobody is signed out: tokens sealed before open until they expire. */
export const rotateKeys = operation({
  name: "identity.rotateKeys",
  summary: "Takes a new key into use for sealing tokens; nobody is signed out.",
  kind: "command",
  input: z.strictObject({}),
  output: z.object({ sealsFrom: z.int().meta({ description: "When the new key takes over." }) }),
  policy: hasRole("admin"),
  examples: [{ summary: "The yearly rotation", input: {} }],
  async prepare({ services, now }) {
    return services.tokens.newKey(now);
  },
  async handle({ tx, facts, now, emit }) {
    const sealsFrom = await addKey(tx, facts, now);
    emit(keysRotated, {});
    return { sealsFrom };
  },
});
