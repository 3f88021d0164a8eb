/** What a caller may rely on: one answer per key, nothing half done, nothing for those whom the policy did not let in. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { AuditEntry } from "./audit.ts";
import { auditPage } from "./audit-search.ts";
import { Refusal } from "./errors.ts";
import { eventType } from "./event.ts";
import { operationFor } from "./operation.ts";
import { holdsNobody } from "./person-life.ts";
import { allow, denyForbidden, hasRole, personOf, signedIn } from "./policy.ts";
import type { Slice } from "./slice.ts";
import { openTestKernel, personToken, type TestKernel, tokenOf } from "./testing.ts";

interface NotesTables {
  notes: { id: string; owner: string; body: string };
}
const operation = operationFor<NotesTables>();
const Note = z.object({ noteId: z.string(), body: z.string() });
const noteWritten = eventType<{ noteId: string }>("note.written");

const notes: Slice = {
  name: "notes",
  grpcService: "NotesService",
  summary: "Notes, to try the kernel on.",
  person: holdsNobody,
  tables: { notes: { personal: ["body"] } },
  migrations: [
    {
      name: "notes/0001-notes",
      up: (schema) => [
        schema
          .createTable("notes")
          .addColumn("id", "text", (column) => column.notNull().primaryKey())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("body", "text", (column) => column.notNull()),
      ],
    },
  ],
  operations: [
    operation({
      name: "notes.writeNote",
      summary: "Writes a note.",
      kind: "command",
      input: z.strictObject({ body: z.string().min(1).max(100) }),
      output: Note,
      policy: signedIn,
      refusals: { too_rude: "failed_precondition" },
      async handle({ input, actor, tx, newId, emit }) {
        const noteId = newId();
        await tx
          .insertInto("notes")
          .values({ id: noteId, owner: personOf(actor).personId, body: input.body })
          .execute();
        emit(noteWritten, { noteId });
        // The refusal comes after the writes on purpose: they must be undone.
        if (input.body === "rude") throw new Refusal("too_rude", "Say it more kindly.");
        if (input.body === "bug") throw new Error("a bug of ours");
        return { noteId, body: input.body };
      },
    }),
    operation({
      name: "notes.getNote",
      summary: "Gives a note.",
      kind: "read",
      input: z.strictObject({ noteId: z.string() }),
      output: Note,
      policy: {
        claim: "wrote the note",
        async decide({ actor, input, database }) {
          const row = await tablesOf<NotesTables>(database)
            .selectFrom("notes")
            .select("owner")
            .where("id", "=", input.noteId)
            .executeTakeFirst();
          return row?.owner === (actor.kind === "person" ? actor.personId : "")
            ? allow
            : denyForbidden("Not yours.");
        },
      },
      async handle({ input, db }) {
        const row = await db
          .selectFrom("notes")
          .selectAll()
          .where("id", "=", input.noteId)
          .executeTakeFirstOrThrow();
        return { noteId: row.id, body: row.body };
      },
    }),
    operation({
      name: "notes.shareNote",
      summary: "Makes a link to a note.",
      kind: "command",
      input: z.strictObject({ noteId: z.string() }),
      output: z.object({ noteId: z.string(), link: z.string() }),
      policy: hasRole("student"),
      secrets: {
        link: async ({ output, services, now }) =>
          services.tokens.seal("note", { noteId: output.noteId }, now + 60_000),
      },
      async handle({ input }) {
        return { noteId: input.noteId };
      },
    }),
    operation({
      name: "notes.importNotes",
      summary: "Gathers something slow first.",
      kind: "command",
      input: z.strictObject({ source: z.string() }),
      output: z.object({ length: z.int() }),
      policy: hasRole("admin"),
      async prepare({ input }) {
        if (input.source === "missing") throw new Refusal("not_found", "There is no such source.");
        return { length: input.source.length };
      },
      async handle({ facts }) {
        return { length: facts.length };
      },
    }),
  ],
};

eachEngine("call()", (engine) => {
  let school: TestKernel;
  const ada = personToken("ada", "student");
  const root = personToken("root", "admin");

  const closing: (() => Promise<void>)[] = [];
  before(async () => {
    const store = await engine.open({ after: (close) => closing.push(close) });
    school = await openTestKernel({ slices: [notes], store });
    closing.unshift(school.close);
  });
  after(async () => {
    for (const close of closing) await close();
  });

  const countNotes = async () =>
    (
      await school.kernel.store.read((database) =>
        tablesOf<NotesTables>(database).selectFrom("notes").selectAll().execute(),
      )
    ).value.length;
  const trail = async (): Promise<AuditEntry[]> =>
    (await school.kernel.store.read((database) => auditPage(database, { limit: 100 }))).value.items;

  describe("a command", () => {
    test("answers, emits its event and leaves an audit row", async () => {
      const events = (await school.events()).length;
      const note = await school.must<{ noteId: string }>(ada, "notes.writeNote", { body: "hello" });
      const [written] = (await school.events()).slice(events);
      assert.equal(written?.type, "note.written");
      assert.deepEqual(written?.data, { noteId: note.noteId });
      const [row] = await trail();
      assert.equal(row?.actor, "person:ada");
      assert.equal(row?.operation, "notes.writeNote");
      assert.equal(row?.outcome, "done");
    });

    test("is done once however often it is sent with one key, and says so", async () => {
      const before = await countNotes();
      const first = await school.call(ada, "notes.writeNote", { body: "once" }, { key: "k1" });
      const again = await school.call(ada, "notes.writeNote", { body: "once" }, { key: "k1" });
      assert.deepEqual(again, { ...first, replayed: true });
      assert.equal(await countNotes(), before + 1);
    });

    test("with a key that was used with another input is a conflict and changes nothing", async () => {
      const before = await countNotes();
      const result = await school.call(ada, "notes.writeNote", { body: "other" }, { key: "k1" });
      assert.equal("failure" in result && result.failure.code, "idempotency_key_reused");
      assert.equal(await countNotes(), before);
    });

    test("of another person under the same key is another command", async () => {
      const result = await school.call(
        personToken("bob", "student"),
        "notes.writeNote",
        { body: "mine" },
        { key: "k1" },
      );
      assert("output" in result && !result.replayed);
    });

    test("that is refused changes nothing, is audited, and is refused the same way again", async () => {
      const [before, events] = [await countNotes(), (await school.events()).length];
      const first = await school.call(ada, "notes.writeNote", { body: "rude" }, { key: "k2" });
      assert.equal("failure" in first && first.failure.code, "too_rude");
      assert.equal((await trail())[0]?.outcome, "too_rude");
      assert.deepEqual(await school.call(ada, "notes.writeNote", { body: "rude" }, { key: "k2" }), first);
      assert.equal(await countNotes(), before);
      assert.equal((await school.events()).length, events);
    });

    test("that meets a bug leaves nothing, and the next one goes on", async () => {
      const [before, rows] = [await countNotes(), (await trail()).length];
      await assert.rejects(() => school.call(ada, "notes.writeNote", { body: "bug" }), /a bug of ours/);
      assert.equal(await countNotes(), before);
      assert.equal((await trail()).length, rows);
      assert("output" in (await school.call(ada, "notes.writeNote", { body: "after" })));
    });

    test("names every field that does not fit, unknown ones too", async () => {
      const result = await school.call(ada, "notes.writeNote", { body: "", title: "x" });
      assert("failure" in result);
      assert.equal(result.failure.kind, "invalid_input");
      assert.deepEqual(result.failure.problems, [
        { field: "body", message: "This must have at least 1 character." },
        { field: "title", message: "There is no such field here." },
      ]);
    });

    test("of someone without a session is refused and not written down", async () => {
      const rows = (await trail()).length;
      const result = await school.call(null, "notes.writeNote", { body: "x" });
      assert.equal("failure" in result && result.failure.kind, "unauthenticated");
      assert.equal((await trail()).length, rows);
    });

    test("that the policy denies before its slow facts is audited as denied", async () => {
      const result = await school.call(ada, "notes.importNotes", { source: "abc" });
      assert.equal("failure" in result && result.failure.kind, "forbidden");
      assert.equal((await trail())[0]?.outcome, "forbidden");
    });

    test("whose slow facts refuse is refused once, for every retry", async () => {
      const first = await school.call(root, "notes.importNotes", { source: "missing" }, { key: "k3" });
      assert.equal("failure" in first && first.failure.kind, "not_found");
      assert.deepEqual(
        await school.call(root, "notes.importNotes", { source: "missing" }, { key: "k3" }),
        first,
      );
      assert.deepEqual(await school.must(root, "notes.importNotes", { source: "four" }), { length: 4 });
    });

    test("mints its secret anew for a retry and stores it nowhere", async () => {
      const first = await school.must<{ link: string }>(
        ada,
        "notes.shareNote",
        { noteId: "n1" },
        { key: "k4" },
      );
      const again = await school.must<{ link: string }>(
        ada,
        "notes.shareNote",
        { noteId: "n1" },
        { key: "k4" },
      );
      for (const { link } of [first, again])
        assert.deepEqual(await school.tokens.open("note", link, school.clock.now()), { noteId: "n1" });
      const stored = await school.kernel.store.read((database) =>
        tablesOf<{ receipts: { outcome: string } }>(database)
          .selectFrom("receipts")
          .select("outcome")
          .execute(),
      );
      const text = JSON.stringify(stored.value);
      assert(!text.includes(first.link) && !text.includes(again.link) && !text.includes("link"));
    });

    test("gives a session of narrower scope no answer of a wider one", async () => {
      const asked = ["notes.shareNote", { noteId: "n3" }, { key: "k6" }] as const;
      await school.must(ada, ...asked);
      const narrow = { kind: "person", personId: "ada", sessionId: "s", roles: ["student"] } as const;
      const again = await school.call(tokenOf({ ...narrow, scope: "student" }), ...asked);
      assert("output" in again && !again.replayed);
      const sameAgain = await school.call(tokenOf({ ...narrow, scope: "full" }), ...asked);
      assert("output" in sameAgain && sameAgain.replayed);
    });

    test("mints no secret anew for a session that could not have had it", async () => {
      const asked = ["notes.shareNote", { noteId: "n2" }, { key: "k5" }] as const;
      await school.must(ada, ...asked);
      const withFewerRights = personToken("ada");
      const again = await school.call(withFewerRights, ...asked);
      assert.equal("failure" in again && again.failure.kind, "forbidden");
      assert("output" in (await school.call(ada, ...asked)));
    });
  });

  describe("a read", () => {
    test("is for those whom the policy lets in", async () => {
      const { noteId } = await school.must<{ noteId: string }>(ada, "notes.writeNote", { body: "secret" });
      assert.deepEqual(await school.must(ada, "notes.getNote", { noteId }), { noteId, body: "secret" });
      const other = await school.call(personToken("eve", "student"), "notes.getNote", { noteId });
      assert.equal("failure" in other && other.failure.kind, "forbidden");
      assert(!JSON.stringify(other).includes("secret"));
    });

    test("sees what was acknowledged, by the position that came with it", async () => {
      const written = await school.kernel.call({
        operation: "notes.writeNote",
        input: { body: "seen" },
        token: ada,
        idempotencyKey: null,
        atLeast: null,
        requestId: "r",
        origin: { door: "internal", address: null, agent: null },
      });
      const { noteId } = written.output as { noteId: string };
      assert.deepEqual(await school.must(ada, "notes.getNote", { noteId }, { atLeast: written.position }), {
        noteId,
        body: "seen",
      });
    });
  });

  test("an operation that does not exist is not found", async () => {
    const result = await school.call(ada, "notes.eatNote", {});
    assert.equal("failure" in result && result.failure.kind, "not_found");
  });
});
