/** A small slice for the tests of this door: notes with sign-in, so that cookies, keys and errors have real work behind. */

import { z } from "zod";
import { Archive, textEntry } from "#kernel/archive.ts";
import type { Authenticator } from "#kernel/authenticator.ts";
import { Refusal } from "#kernel/errors.ts";
import { FileReference, uploadIdField } from "#kernel/held-blobs.ts";
import { operationFor } from "#kernel/operation.ts";
import { pageFields, pageOf } from "#kernel/paging.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import { anyone, personOf, signedIn, systemOnly } from "#kernel/policy.ts";
import type { TokenSealer } from "#kernel/services.ts";
import type { Slice } from "#kernel/slice.ts";
import { TextFile } from "#kernel/text-file.ts";

interface Tables {
  notes: { id: string; owner: string; title: string; file: string | null };
}

const operation = operationFor<Tables>();

const Note = z
  .object({ id: z.string(), title: z.string(), file: FileReference.nullable() })
  .meta({ id: "Note", description: "A note of somebody's." });

const signIn = operation({
  name: "notes.signIn",
  kind: "command",
  summary: "Opens a session.",
  input: z.strictObject({ name: z.string().min(1).max(20) }),
  output: z.object({ personId: z.string(), token: z.string() }),
  policy: anyone,
  refusals: { unknown_name: "unauthenticated" },
  async handle({ input }) {
    if (input.name === "stranger")
      throw new Refusal("unknown_name", "Nobody here has this name.", { kind: "unauthenticated" });
    return { personId: input.name };
  },
  secrets: {
    token: ({ output, now, services }) =>
      services.tokens.seal("test-session", { personId: output.personId }, now + 3_600_000),
  },
});

const signOut = operation({
  name: "notes.signOut",
  kind: "command",
  summary: "Ends the session.",
  input: z.strictObject({}),
  output: z.object({}),
  policy: signedIn,
  async handle() {
    return {};
  },
});

const makeNote = operation({
  name: "notes.makeNote",
  kind: "command",
  summary: "Makes a note.",
  input: z.strictObject({
    title: z.string().min(1).max(2_000),
    weight: z.int().min(1).max(9).default(1),
    kind: z.enum(["short", "long"]).optional(),
  }),
  output: Note,
  policy: signedIn,
  refusals: { note_exists: "conflict" },
  examples: [{ summary: "A short note", input: { title: "Bread & <milk>" } }],
  async handle({ input, actor, tx, newId }) {
    const known = await tx.selectFrom("notes").select("id").where("title", "=", input.title).execute();
    if (known.length > 0)
      throw new Refusal("note_exists", "There is a note of this title already.", { kind: "conflict" });
    const row = { id: newId(), owner: personOf(actor).personId, title: input.title, file: null };
    await tx.insertInto("notes").values(row).execute();
    return { id: row.id, title: row.title, file: null };
  },
});

const attachFile = operation({
  name: "notes.attachFile",
  kind: "command",
  accepts: "blob",
  summary: "Makes a note of a file.",
  input: z.strictObject({ title: z.string(), uploadId: uploadIdField }),
  output: Note,
  policy: signedIn,
  async handle({ input, actor, tx, newId, blob, blobs }) {
    if (blob === null) throw new Refusal("invalid_input", "There is no file.");
    const id = newId();
    await blobs.hold(blob, `notes:${id}`);
    const { fileName, mediaType, bytes, sha256 } = blob;
    const file = { fileName, mediaType, bytes, sha256 };
    const owner = personOf(actor).personId;
    await tx
      .insertInto("notes")
      .values({ id, owner, title: input.title, file: JSON.stringify(file) })
      .execute();
    return { id, title: input.title, file };
  },
});

const listNotes = operation({
  name: "notes.listNotes",
  kind: "read",
  returns: "blobs",
  summary: "Lists one's notes.",
  input: z.strictObject({ ...pageFields, titles: z.array(z.string()).optional() }),
  output: pageOf(Note),
  policy: signedIn,
  async handle({ input, actor, db }) {
    let query = db.selectFrom("notes").selectAll().where("owner", "=", personOf(actor).personId);
    if (input.titles !== undefined) query = query.where("title", "in", input.titles);
    const rows = await query.orderBy("id").limit(input.limit).execute();
    return { items: rows.map(noteOf), nextCursor: null };
  },
});

const getNoteFile = operation({
  name: "notes.getNoteFile",
  kind: "read",
  returns: "blob",
  summary: "Gives the file of a note.",
  input: z.strictObject({ id: z.string() }),
  output: FileReference,
  policy: signedIn,
  async handle({ input, actor, db }) {
    const row = await db
      .selectFrom("notes")
      .selectAll()
      .where("id", "=", input.id)
      .where("owner", "=", personOf(actor).personId)
      .executeTakeFirst();
    const file = row === undefined ? null : noteOf(row).file;
    if (file === null) throw new Refusal("not_found", "There is no note with a file and this id.");
    return file;
  },
});

const exportNotes = operation({
  name: "notes.exportNotes",
  kind: "read",
  returns: "text",
  summary: "Gives one's notes as a text.",
  input: z.strictObject({}),
  output: TextFile,
  policy: signedIn,
  async handle({ actor, db }) {
    const rows = await db
      .selectFrom("notes")
      .select("title")
      .where("owner", "=", personOf(actor).personId)
      .orderBy("id")
      .execute();
    const text = rows.map(({ title }) => `${title}\n`).join("");
    return { fileName: "notes.txt", mediaType: "text/plain", text };
  },
});

const downloadNotes = operation({
  name: "notes.downloadNotes",
  kind: "read",
  returns: "archive",
  summary: "Gives one's files in a zip.",
  input: z.strictObject({}),
  output: Archive,
  policy: signedIn,
  async handle({ actor, db, now }) {
    const rows = await db
      .selectFrom("notes")
      .selectAll()
      .where("owner", "=", personOf(actor).personId)
      .where("file", "is not", null)
      .orderBy("id")
      .execute();
    const files = rows.flatMap((row) => noteOf(row).file ?? []);
    return {
      fileName: "notes.zip",
      entries: [
        textEntry("which.csv", "title\n", now),
        ...files.map(({ fileName, bytes, sha256 }, index) => ({
          path: `${index}/${fileName}`,
          bytes,
          sha256,
          text: null,
          modifiedAt: now,
        })),
      ],
    };
  },
});

const echo = operation({
  name: "notes.echo",
  kind: "read",
  summary: "Gives back what it got.",
  input: z.strictObject({
    count: z.int().optional(),
    share: z.number().nullable().optional(),
    yes: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
    numbers: z.array(z.int()).default([]),
    where: z.strictObject({ x: z.int() }).optional(),
    text: z.string().max(4_000).optional(),
  }),
  output: z.object({ json: z.string() }),
  policy: anyone,
  async handle({ input }) {
    return { json: JSON.stringify(input) };
  },
});

const breakDown = operation({
  name: "notes.breakDown",
  kind: "read",
  summary: "Fails by a fault of ours.",
  input: z.strictObject({}),
  output: z.object({}),
  policy: anyone,
  async handle() {
    throw new TypeError("the secret reason");
  },
});

const sweep = operation({
  name: "notes.sweep",
  kind: "command",
  summary: "Only for the system.",
  input: z.strictObject({}),
  output: z.object({}),
  policy: systemOnly,
  async handle() {
    return {};
  },
});

function noteOf(row: Tables["notes"]): z.input<typeof Note> {
  return {
    id: row.id,
    title: row.title,
    file: row.file === null ? null : FileReference.parse(JSON.parse(row.file)),
  };
}

export const notesSlice: Slice = {
  name: "notes",
  grpcService: "NotesService",
  summary: "Notes for the tests.",
  operations: [
    signIn,
    signOut,
    makeNote,
    attachFile,
    listNotes,
    getNoteFile,
    downloadNotes,
    exportNotes,
    echo,
    breakDown,
    sweep,
  ],
  migrations: [
    {
      name: "notes/0001-notes",
      up: (schema) => [
        schema
          .createTable("notes")
          .addColumn("id", "text", (column) => column.notNull().primaryKey())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("title", "text", (column) => column.notNull())
          .addColumn("file", "text"),
      ],
    },
  ],
  person: holdsNobody,
  tables: { notes: { personal: ["owner"] } },
};

/** Which of the notes' operations have to do with sessions. */
export const notesSessions = {
  opens: ["notes.signIn"],
  ends: ["notes.signOut"],
  anonymous: ["notes.signIn"],
} as const;

/** A person for as long as the token of `notes.signIn` lasts. */
export function notesAuthenticator(tokens: TokenSealer): Authenticator {
  return {
    async verify(token, now) {
      const claims = await tokens.open("test-session", token, now);
      if (claims === null) throw new Refusal("unauthenticated", "This session has ended. Sign in again.");
      return { sessionId: String(claims.personId), expiresAt: now + 1 };
    },
    async actorOf(_database, { sessionId }) {
      return { kind: "person", personId: sessionId, sessionId, roles: ["student"], scope: "full" };
    },
  };
}
