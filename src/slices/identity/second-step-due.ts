/** Sessions that were opened by the password alone, before the school asked for more. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { mustHave } from "./finish-sign-in.ts";
import { findPerson } from "./people.ts";
import type { IdentityTables, SessionsTable } from "./tables.ts";
import { isTwoStep, secondStepsOf } from "./two-step.ts";

/** `set_up`: the account has no second step yet. `sign_in`: it has, but this session was opened without. */
export type SecondStepDue = "set_up" | "sign_in";

/** What this session lacks of what the school asks of its person now; null where it lacks nothing. */
export async function secondStepDue(
  db: Kysely<IdentityTables>,
  session: Pick<SessionsTable, "person_id" | "signed_in_by">,
  coursesTaughtBy: CoursesTaughtBy,
): Promise<SecondStepDue | null> {
  if (session.signed_in_by !== "password" && session.signed_in_by !== "invitation") return null;
  const person = present(await findPerson(db, session.person_id), "a session is a person's");
  if (!(await mustHave(db, person, coursesTaughtBy))) return null;
  return isTwoStep(await secondStepsOf(db, person.id)) ? "sign_in" : "set_up";
}

export function secondStepDueRefusal(due: SecondStepDue): Refusal {
  return new Refusal(
    "second_step_due",
    due === "set_up"
      ? "Your school now requires a second step. Set one up on your account page, and stay signed in."
      : "Your school now requires a second step, and this session was opened without. Sign in again.",
  );
}

/** Notes that somebody has just shown their second step in this session. */
export async function noteSecondStep(
  tx: Kysely<IdentityTables>,
  sessionId: string,
  by: "totp" | "passkey",
): Promise<void> {
  await tx.updateTable("sessions").set({ signed_in_by: by }).where("id", "=", sessionId).execute();
}
