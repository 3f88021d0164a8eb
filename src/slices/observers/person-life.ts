/** Links in the life of a person: they end with either of the two, and tell each no more than the other's name. */
import { personLifeFor, personSectionFor } from "#kernel/person-life.ts";
import { nameLinks } from "./links.ts";
import type { ObserversTables } from "./tables.ts";

const linksSection = personSectionFor<ObserversTables>()({
  name: "observer-links",
  title: "Observers and observed students",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("observer_links")
      .selectAll()
      .where((each) => each.or([each("observer_id", "=", personId), each("student_id", "=", personId)]))
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return {
      rows: (await nameLinks(db, rows)).map(({ observer, student, origin, madeAt }) => ({
        ...(student.personId === personId ? { observed_by: observer.name } : { observes: student.name }),
        origin,
        made_at: madeAt,
      })),
    };
  },
});

export const observersPerson = personLifeFor<ObserversTables>()({
  tables: {
    observer_links: {
      key: ["id"],
      theirs: ["observer_id", "student_id"],
      authored: ["made_by"],
      shown: { by: linksSection.name },
      unique: [["observer_id", "student_id"]],
    },
    pairing_codes: {
      key: ["id"],
      theirs: ["student_id"],
      shown: "Pairing codes that wait to be used",
      leaveOut: ["secret_id", "code_hash"],
      whenMerged: "ended",
    },
  },
  sections: [linksSection],
  /** One of the two accounts may observe the other: nobody observes themselves. */
  async merge({ tx }, { from, into }) {
    await tx
      .deleteFrom("observer_links")
      .where("observer_id", "in", [from, into])
      .where("student_id", "in", [from, into])
      .execute();
    return false;
  },
});
