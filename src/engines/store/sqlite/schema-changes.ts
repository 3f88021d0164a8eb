/** Brings the schema up to what this version knows, where this node leads: one migration after the other, alone in its entry. */
import { present } from "#base/assert.ts";
import type { EntryId, Proposal } from "#raft/entry.ts";
import { RaftRefused } from "#raft/port.ts";
import { NotLeader, OutcomeUnknown } from "../../errors.ts";
import { isSoleVoter } from "../replica/configurations.ts";
import type { Group } from "../replica/group.ts";
import type { Place } from "./batch.ts";
import type { Generation } from "./generation.ts";
import { encodeMigration, runMigration } from "./migration.ts";
import type { Report } from "./report.ts";
import type { Schema } from "./schema.ts";
import type { Step, Trouble } from "./trouble.ts";

export interface SchemaChangesOptions {
  readonly selfId: string;
  readonly schema: Schema;
  readonly trouble: Trouble;
  readonly report: Report;
}

/** What a change works with. */
export interface SchemaChangePlace {
  readonly group: Group;
  readonly generation: Generation;
  readonly schemaVersion: number;
  readonly placeOf: (id: EntryId) => Place;
}

export class SchemaChanges {
  readonly #options: SchemaChangesOptions;

  constructor(options: SchemaChangesOptions) {
    this.#options = options;
  }

  /** Whether every voter is known to know the newest schema that this node knows: then the leader brings it about. */
  isKnownToAll(group: Group): boolean {
    const { schema, selfId } = this.#options;
    const { configuration } = group.status;
    if (isSoleVoter(configuration, selfId)) return true;
    return configuration.members.every(
      ({ id, role }) =>
        role === "learner" || id === selfId || (group.factsOf(id)?.schemaKnown ?? -1) >= schema.count,
    );
  }

  isDue(group: Group): boolean {
    return this.#options.schema.next !== null && this.isKnownToAll(group);
  }

  /** Runs the next migration; gives where it stands, or null when it did not come to be. */
  async run({ group, generation, schemaVersion, placeOf }: SchemaChangePlace): Promise<Place | null> {
    const { database } = generation.applyConnection;
    const migration = present(this.#options.schema.next, "a migration is due");
    const { term } = group.status;
    let step: Step = "command";
    try {
      database.exec("BEGIN IMMEDIATE");
      runMigration(database, migration, schemaVersion + 1);
      step = "log";
      const payload = encodeMigration(migration);
      const proposal: Proposal = { kind: "migration", schemaVersion, payload };
      const place = placeOf(await group.propose(proposal, term));
      step = "commit";
      generation.applier.commit(place);
      return place;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      if (step === "command") this.#cannotRun(migration.name, error);
      else this.#didNotGetThrough(step, error);
      return null;
    }
  }

  /** The fault is the migration's own and the store is as it was. */
  #cannotRun(name: string, error: unknown): void {
    this.#options.report({
      level: "error",
      event: "migration-failed",
      message: `The migration ${name} cannot be run: ${String(error)}`,
      facts: { migration: name },
    });
    this.#options.schema.block(error);
  }

  /** Another leader brings it about, or this one once it can. */
  #didNotGetThrough(step: Step, error: unknown): void {
    const { trouble, schema } = this.#options;
    const isPassing =
      error instanceof NotLeader || error instanceof OutcomeUnknown || error instanceof RaftRefused;
    if (!isPassing) trouble.refuse(step, error);
    if (trouble.reason !== null) schema.fail(trouble.unavailable(error));
  }
}
