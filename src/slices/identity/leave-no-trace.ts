/**
 * What an erasure asks of each node for itself: mails in its own outbox, and what deleted rows left in its own files. The
 * row says for some minutes after the end whom it was about, so that every node that is up hears of it.
 */
import { tablesOf } from "#engines/store/port.ts";
import type { NodeSchedule } from "#kernel/node-schedule.ts";
import { knownAsOf, wordsWithin } from "./known-as.ts";
import type { IdentityTables } from "./tables.ts";

/** By then also what is trimmed by its age has gone: receipts of others, events, ended jobs. */
const trimmedMs = 31 * 24 * 3_600_000;

export const leaveNoTrace: NodeSchedule = {
  name: "identity.leaveNoTrace",
  everyMs: 60_000,
  async run({ read, services, now }) {
    const rows = await read((database) =>
      tablesOf<IdentityTables>(database)
        .selectFrom("person_erasures")
        .select(["name", "email", "known_as", "forgotten_at as forgottenAt"])
        .where("state", "=", "done")
        .where((each) =>
          each.or([
            each("name", "is not", null),
            each(
              "forgotten_at",
              "=",
              each
                .selectFrom("person_erasures as last")
                .select((of) => of.fn.max("last.forgotten_at").as("at")),
            ),
          ]),
        )
        .execute(),
    );
    for (const { forgottenAt, ...row } of rows)
      if (forgottenAt === null) {
        // One that was confirmed before an update of the server has its name and address only.
        const knownAs = knownAsOf(row);
        await services.mailer.forget(
          knownAs === null ? [row.name ?? "", row.email ?? ""] : wordsWithin(knownAs),
        );
      } else services.leaveNoTraceOf(now - forgottenAt > trimmedMs ? forgottenAt + trimmedMs : forgottenAt);
    return false;
  },
};
