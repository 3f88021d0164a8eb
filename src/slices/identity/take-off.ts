/** Taking a second step off one's own account: not the last one where the school requires one. */
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { personOf } from "#kernel/policy.ts";
import type { Step } from "#kernel/step.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { twoStepTurnedOff } from "./events.ts";
import { mustHave } from "./finish-sign-in.ts";
import { findPerson } from "./people.ts";
import type { IdentityTables } from "./tables.ts";
import { dropCodesOfNothing, isTwoStep, secondStepsOf, twoStepRequired } from "./two-step.ts";

/** Does `remove`, and refuses where nothing would be left that must be there. */
export async function takeOff(
  { tx, actor, emit }: Pick<Step<IdentityTables>, "tx" | "emit"> & { readonly actor: Actor },
  coursesTaughtBy: CoursesTaughtBy,
  remove: (personId: string) => Promise<unknown>,
): Promise<void> {
  const { personId } = personOf(actor);
  const wasOn = isTwoStep(await secondStepsOf(tx, personId));
  await remove(personId);
  if (!wasOn || isTwoStep(await secondStepsOf(tx, personId))) return;
  const person = present(await findPerson(tx, personId), "the actor has a row");
  if (await mustHave(tx, person, coursesTaughtBy)) throw twoStepRequired();
  await dropCodesOfNothing(tx, personId);
  emit(twoStepTurnedOff, { personId });
}
