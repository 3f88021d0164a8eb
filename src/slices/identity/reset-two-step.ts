/** Helping somebody who has lost phone and recovery codes. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { twoStepTurnedOff } from "./events.ts";
import { findPerson } from "./people.ts";
import { idField } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";
import { clearSecondSteps } from "./two-step.ts";

/** Takes app, passkeys and recovery codes off an account and ends its sessions; one's own needs the password instead. */
export const resetTwoStep = operation({
  name: "identity.resetTwoStep",
  summary: "Takes all second steps off the account of somebody who has lost them, and ends their sessions.",
  kind: "command",
  input: z.strictObject({ personId: idField }),
  output: z.object({ sessionsEnded: z.int() }),
  policy: hasRole("admin"),
  refusals: { own_account: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, emit } = context;
    const { personId } = input;
    if ((await findPerson(tx, personId)) === null) throw refusalOfDecision(denyNotFound("person"));
    if (actor.kind === "person" && personOf(actor).personId === personId)
      throw new Refusal(
        "own_account",
        "This is your own account: take its second steps off on the account page.",
      );
    await clearSecondSteps(tx, personId);
    const sessionsEnded = await revokeSessionsOf(context, personId, null);
    emit(twoStepTurnedOff, { personId });
    return { sessionsEnded };
  },
});
