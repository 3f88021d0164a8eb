/** The jobs of an erasure: counting, and erasing. Both go through every slice in small pieces, and may be run again. */
import { z } from "zod";
import type { JobRun } from "#kernel/job.ts";
import { countPerson, type ErasedShare, erasePerson } from "#kernel/person-erasure.ts";
import type { Read } from "#kernel/person-rows.ts";
import { eraseTraces } from "#kernel/person-traces.ts";
import { remainsAfter } from "./erasure-remains.ts";
import { countErasureType, erasePersonType, forgetErased, sharesOf } from "./erasures.ts";
import { personErased } from "./events.ts";
import { gatherKnownAs, type KnownAs, knownAsOf, personWordsOf, wordsWithin } from "./known-as.ts";
import { type IdentityTables, job, type PersonErasuresTable } from "./tables.ts";

const attemptsMax = 20;
/** While it runs others may still write something about the person: it is gone through until nothing is found. */
const roundsMax = 5;

type Run = JobRun<IdentityTables, { readonly erasureId: string }>;
const inputSchema = z.strictObject({ erasureId: z.string() });

export const countErasureJob = job({
  name: countErasureType.name,
  summary: "Counts what erasing a person would remove.",
  inputSchema,
  leaseMs: 30 * 60_000,
  async run(run) {
    const row = await rowOf(run, "counting");
    if (row?.person_id == null) return {};
    const shares = await countPerson(partsOf(run, await gather(run, row)));
    await run.write(({ tx }) =>
      tx
        .updateTable("person_erasures")
        .set({ shares: JSON.stringify(shares), state: "ready" })
        .where("id", "=", row.id)
        .where("state", "=", "counting")
        .execute(),
    );
    return {};
  },
});

export const eraseEverywhereJob = job({
  name: erasePersonType.name,
  summary: "Erases a person from everything.",
  inputSchema,
  leaseMs: 60 * 60_000,
  attemptsMax,
  async run(run) {
    const row = (await rowOf(run, "erasing")) ?? (await rowOf(run, "failed"));
    if (row?.person_id == null) return {};
    try {
      await eraseEverywhere(run, row, knownAsOf(row) ?? (await gatherForGood(run, row)));
    } catch (error) {
      if (!run.signal.aborted && run.attempt >= attemptsMax) await fail(run, row);
      throw error;
    }
    return {};
  },
});

async function eraseEverywhere(run: Run, row: PersonErasuresTable, knownAs: KnownAs): Promise<void> {
  const { personIds } = knownAs;
  const words = wordsWithin(knownAs);
  const parts = partsOf(run, knownAs);
  for (let round = 1; round <= roundsMax; round++) {
    let found = 0;
    await erasePerson(parts, async (share) => {
      found += share.removed + share.kept + share.files;
      await note(run, row.id, share);
    });
    const traces = await eraseTraces({
      ...{ personIds, words, read: run.read as Read },
      write: (work) => run.write(({ tx }) => work(tx)),
    });
    if (traces > 0) await note(run, row.id, { slice: "system", removed: traces, kept: 0, files: 0 });
    if (found === 0) break;
  }
  await run.services.mailer.forget(words);
  const isAlone = (run.services.cluster?.view().nodes.length ?? 1) <= 1;
  await run.write(async ({ tx, now, emit }) => {
    await tx
      .updateTable("person_erasures")
      .set({
        ...{ person_id: null, state: "done", reason: null, ended_at: now },
        remains: JSON.stringify(remainsAfter(now, run.services)),
      })
      .where("id", "=", row.id)
      .execute();
    if (isAlone) await forgetErased(tx, [row.id], now);
    emit(personErased, { erasureId: row.id });
  });
}

/** Adds what became of an area to the report. */
async function note({ write }: Run, erasureId: string, share: ErasedShare): Promise<void> {
  await write(async ({ tx }) => {
    const row = await tx
      .selectFrom("person_erasures")
      .select("shares")
      .where("id", "=", erasureId)
      .executeTakeFirst();
    if (row === undefined) return;
    const shares = sharesOf(row);
    const before = shares.find(({ slice }) => slice === share.slice);
    const sum = {
      slice: share.slice,
      removed: share.removed + (before?.removed ?? 0),
      kept: share.kept + (before?.kept ?? 0),
      files: share.files + (before?.files ?? 0),
    };
    const others = shares.filter(({ slice }) => slice !== share.slice);
    await tx
      .updateTable("person_erasures")
      .set({ shares: JSON.stringify([...others, sum]) })
      .where("id", "=", erasureId)
      .execute();
  });
}

async function fail({ write }: Run, { id }: PersonErasuresTable): Promise<void> {
  const reason = "It could not be finished. An admin finds the cause in the log, and begins the job anew.";
  await write(({ tx }) =>
    tx.updateTable("person_erasures").set({ state: "failed", reason }).where("id", "=", id).execute(),
  );
}

function rowOf({ read, input }: Run, state: "counting" | "erasing" | "failed") {
  return read((db) =>
    db
      .selectFrom("person_erasures")
      .selectAll()
      .where("id", "=", input.erasureId)
      .where("state", "=", state)
      .executeTakeFirst(),
  );
}

/** All that the person is known by, as things are. */
async function gather(run: Run, row: PersonErasuresTable): Promise<KnownAs> {
  const { services, read, write, signal } = run;
  const merged = await read((db) =>
    db
      .selectFrom("people")
      .select(["id", "name", "email"])
      .where("merged_into", "=", row.person_id)
      .execute(),
  );
  return gatherKnownAs({ slices: services.slices, steps: { read, write } as never, signal }, row, merged);
}

async function gatherForGood(run: Run, row: PersonErasuresTable): Promise<KnownAs> {
  const knownAs = await gather(run, row);
  await run.write(({ tx }) =>
    tx
      .updateTable("person_erasures")
      .set({ known_as: JSON.stringify(knownAs) })
      .where("id", "=", row.id)
      .execute(),
  );
  return knownAs;
}

function partsOf({ services, read, write, signal }: Run, knownAs: KnownAs) {
  return {
    slices: services.slices,
    steps: { read, write } as never,
    personIds: knownAs.personIds,
    words: personWordsOf(knownAs),
    signal,
  };
}
