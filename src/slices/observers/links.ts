/** Links between observers and students: how one is made, ended, and named on the wire. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import type { Step } from "#kernel/step.ts";
import { mailPerson, peopleByIds } from "#slices/identity/api.ts";
import { observerLinked, observerUnlinked } from "./events.ts";
import { endedMail, linkedMail, observedMail } from "./mail-texts.ts";
import { type ObserverLink, observedStudentsMax, observersMax } from "./schema.ts";
import type { ObserverLinksTable, ObserversTables } from "./tables.ts";

type Db = Kysely<ObserversTables>;
type LinkStep = Pick<Step<ObserversTables>, "tx" | "now" | "newId" | "emit" | "enqueue">;

export const linkRefusals = {
  observes_themselves: "failed_precondition",
  too_many_observers: "failed_precondition",
  too_many_students: "failed_precondition",
} as const;

/** The link between these two; null where there is none. */
export async function linkBetween(
  db: Db,
  { observerId, studentId }: { readonly observerId: string; readonly studentId: string },
): Promise<ObserverLinksTable | null> {
  const row = await db
    .selectFrom("observer_links")
    .selectAll()
    .where("observer_id", "=", observerId)
    .where("student_id", "=", studentId)
    .executeTakeFirst();
  return row ?? null;
}

/** Links the two, and tells both by mail; who are linked already stay as they are. */
export async function makeLink(
  step: LinkStep,
  wish: {
    readonly observerId: string;
    readonly studentId: string;
    readonly origin: ObserverLinksTable["origin"];
    readonly by: string;
  },
): Promise<ObserverLink> {
  const { tx, now, newId, emit } = step;
  const { observerId, studentId, origin, by } = wish;
  if (observerId === studentId)
    throw new Refusal("observes_themselves", "Nobody observes themselves: the two must be different people.");
  const known = await linkBetween(tx, wish);
  if (known !== null) return nameLink(tx, known);
  if ((await countOf(tx, "student_id", studentId)) >= observersMax)
    throw new Refusal(
      "too_many_observers",
      `A student is observed by ${observersMax} people at most. End a link that is not needed.`,
    );
  if ((await countOf(tx, "observer_id", observerId)) >= observedStudentsMax)
    throw new Refusal(
      "too_many_students",
      `Somebody observes ${observedStudentsMax} students at most. End a link that is not needed.`,
    );
  const row = {
    id: newId(),
    observer_id: observerId,
    student_id: studentId,
    origin,
    made_by: by,
    made_at: now,
  };
  await tx.insertInto("observer_links").values(row).execute();
  emit(observerLinked, { linkId: row.id, observerId, studentId });
  const link = await nameLink(tx, row);
  await mailPerson(step, { personId: studentId, key: `observed ${row.id}`, ...observedMail(link) });
  await mailPerson(step, { personId: observerId, key: `observing ${row.id}`, ...linkedMail(link) });
  return link;
}

/** Ends a link; whoever of the two did not do it is told by mail. */
export async function endLinkOf(step: LinkStep, row: ObserverLinksTable, by: string): Promise<ObserverLink> {
  const { tx, emit } = step;
  const link = await nameLink(tx, row);
  await tx.deleteFrom("observer_links").where("id", "=", row.id).execute();
  emit(observerUnlinked, { linkId: row.id, observerId: row.observer_id, studentId: row.student_id });
  for (const personId of [row.observer_id, row.student_id])
    if (personId !== by)
      await mailPerson(step, { personId, key: `observing ended ${row.id}`, ...endedMail(link, personId) });
  return link;
}

async function countOf(db: Db, column: "observer_id" | "student_id", personId: string): Promise<number> {
  const { count } = await db
    .selectFrom("observer_links")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where(column, "=", personId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The links of one observer after a link, the first made first. */
export async function linksOfObserver(
  db: Db,
  observerId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ObserverLink[]> {
  const rows = await db
    .selectFrom("observer_links")
    .selectAll()
    .where("observer_id", "=", observerId)
    .where("id", ">", after)
    .orderBy("id")
    .limit(limit)
    .execute();
  return nameLinks(db, rows);
}

/** The links as the wire names them, in the order given. */
export async function nameLinks(db: Db, rows: readonly ObserverLinksTable[]): Promise<ObserverLink[]> {
  const people = await peopleByIds(
    db,
    rows.flatMap((row) => [row.observer_id, row.student_id]),
  );
  const nameOf = (personId: string) => ({ personId, name: people.get(personId)?.name ?? "" });
  return rows.map((row) => ({
    linkId: row.id,
    observer: nameOf(row.observer_id),
    student: nameOf(row.student_id),
    origin: row.origin,
    madeAt: row.made_at,
  }));
}

async function nameLink(db: Db, row: ObserverLinksTable): Promise<ObserverLink> {
  const [link] = await nameLinks(db, [row]);
  return present(link, "one row makes one link");
}
