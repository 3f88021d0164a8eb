/** A small slice with an operation of every shape that the gRPC door must carry, over tables of its own. */

import { z } from "zod";
import type { JsonObject } from "#base/json.ts";
import { Archive } from "#kernel/archive.ts";
import { Refusal } from "#kernel/errors.ts";
import { FileReference, uploadIdField } from "#kernel/held-blobs.ts";
import { operationFor } from "#kernel/operation.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import { anyone, personOf, signedIn } from "#kernel/policy.ts";
import type { Slice } from "#kernel/slice.ts";

interface Tables {
  notes: {
    id: string;
    owner: string;
    title: string;
    state: string;
    due_at: number | null;
    file_name: string | null;
    media_type: string | null;
    bytes: number | null;
    sha256: string | null;
  };
}

const operation = operationFor<Tables>();

const NoteState = z.enum(["open", "handed-in"]).meta({ id: "NoteState" });

const Note = z
  .object({
    id: z.string(),
    title: z.string().meta({ description: "What it is called." }),
    state: NoteState,
    dueAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
    file: FileReference.nullable(),
  })
  .meta({ id: "Note", description: "A note of somebody's." });

const columns = ["id", "title", "state", "due_at", "file_name", "media_type", "bytes", "sha256"] as const;
type Row = Pick<Tables["notes"], (typeof columns)[number]>;

function noteOf(row: Row): z.input<typeof Note> {
  const { id, title, due_at: dueAt, file_name, media_type, bytes, sha256 } = row;
  const file =
    file_name === null || media_type === null || bytes === null || sha256 === null
      ? null
      : { fileName: file_name, mediaType: media_type, bytes, sha256 };
  return { id, title, state: NoteState.parse(row.state), dueAt, file };
}

const makeNote = operation({
  name: "notes.makeNote",
  kind: "command",
  summary: "Makes a note.",
  input: z.strictObject({
    title: z.string().min(1).max(20).meta({ description: "What it is called." }),
    dueAt: z.int().min(0).nullable().meta({ description: "When it is due, or nothing." }),
    state: NoteState.default("open"),
    weight: z.number().optional(),
    tags: z.array(z.string().max(10)).optional(),
  }),
  output: Note,
  policy: signedIn,
  refusals: { note_exists: "conflict" },
  async handle({ input, actor, tx, newId, emit: _emit }) {
    const owner = personOf(actor).personId;
    const known = await tx.selectFrom("notes").select("id").where("title", "=", input.title).execute();
    if (known.length > 0)
      throw new Refusal("note_exists", "There is a note of this title already.", { kind: "conflict" });
    const row = {
      id: newId(),
      owner,
      title: input.title,
      state: input.state,
      due_at: input.dueAt,
      file_name: null,
      media_type: null,
      bytes: null,
      sha256: null,
    };
    await tx.insertInto("notes").values(row).execute();
    return noteOf(row);
  },
});

const changeNote = operation({
  name: "notes.changeNote",
  kind: "command",
  summary: "Changes what is given of a note, and leaves the rest.",
  input: z.strictObject({
    id: z.string(),
    title: z.string().optional(),
    dueAt: z.int().nullable().optional().meta({ description: "When it is due, or nothing." }),
  }),
  output: Note,
  policy: signedIn,
  async handle({ input, tx }) {
    const changes = {
      ...(input.title === undefined ? {} : { title: input.title }),
      ...(input.dueAt === undefined ? {} : { due_at: input.dueAt }),
    };
    if (Object.keys(changes).length > 0)
      await tx.updateTable("notes").set(changes).where("id", "=", input.id).execute();
    return noteOf(
      await tx.selectFrom("notes").select(columns).where("id", "=", input.id).executeTakeFirstOrThrow(),
    );
  },
});

/** Gives its input back: the shapes that need a form of their own in proto. */
const echo = operation({
  name: "notes.echo",
  kind: "read",
  summary: "Gives back what it got.",
  input: z.strictObject({
    count: z.int(),
    share: z.number().optional(),
    yes: z.boolean().optional(),
    only: z.array(z.string()).optional(),
    all: z.array(z.string()).default([]),
    byName: z.record(z.string(), z.int()).optional(),
    rows: z.array(z.strictObject({ label: z.string(), points: z.int().nullable() })).default([]),
    states: z.array(NoteState).default([]),
    kind: z.enum(["short", "longAnswer"]).optional(),
  }),
  output: z.object({ json: z.string() }),
  policy: anyone,
  async handle({ input }) {
    return { json: JSON.stringify(input) };
  },
});

const attachFile = operation({
  name: "notes.attachFile",
  kind: "command",
  accepts: "blob",
  summary: "Puts a file to a note.",
  input: z.strictObject({ noteId: z.string().min(1), uploadId: uploadIdField }),
  output: Note,
  policy: signedIn,
  async handle({ input, tx, blob, blobs }) {
    if (blob === null) throw new Refusal("invalid_input", "There is no file.");
    await blobs.hold(blob, `notes:${input.noteId}`);
    const { fileName: file_name, mediaType: media_type, bytes, sha256 } = blob;
    const changed = await tx
      .updateTable("notes")
      .set({ file_name, media_type, bytes, sha256 })
      .where("id", "=", input.noteId)
      .returning(columns)
      .executeTakeFirst();
    if (changed === undefined) throw new Refusal("not_found", "There is no such note.");
    return noteOf(changed);
  },
});

const getFile = operation({
  name: "notes.getFile",
  kind: "read",
  returns: "blob",
  summary: "Gives the file of a note.",
  input: z.strictObject({ noteId: z.string() }),
  output: FileReference,
  policy: signedIn,
  async handle({ input, db }) {
    const row = await db
      .selectFrom("notes")
      .select(columns)
      .where("id", "=", input.noteId)
      .executeTakeFirst();
    const file = row === undefined ? null : noteOf(row).file;
    if (file === null) throw new Refusal("not_found", "There is no such file.");
    return file;
  },
});

const listNotes = operation({
  name: "notes.listNotes",
  kind: "read",
  returns: "blobs",
  summary: "Gives all notes with their files, by their owners.",
  input: z.strictObject({}),
  output: z.object({ notes: z.record(z.string(), Note) }),
  policy: signedIn,
  async handle({ db }) {
    const rows = await db
      .selectFrom("notes")
      .select([...columns, "owner"])
      .orderBy("title")
      .execute();
    return { notes: Object.fromEntries(rows.map((row) => [row.owner, noteOf(row)])) };
  },
});

const downloadNotes = operation({
  name: "notes.downloadNotes",
  kind: "read",
  returns: "archive",
  summary: "Gives all files in a zip.",
  input: z.strictObject({}),
  output: Archive,
  policy: signedIn,
  async handle({ db, now }) {
    const rows = await db.selectFrom("notes").select(columns).orderBy("title").execute();
    const files = rows.flatMap((row) => noteOf(row).file ?? []);
    return {
      fileName: "notes.zip",
      entries: files.map(({ bytes, sha256 }, index) => ({
        path: `${index}.bin`,
        bytes,
        sha256,
        text: null,
        modifiedAt: now,
      })),
    };
  },
});

/** A method that bears the name of the message that it gives, which hides that message inside the service. */
const whoAmI = operation({
  name: "notes.whoAmI",
  kind: "read",
  summary: "Says who asks.",
  input: z.strictObject({}),
  output: z.object({ personId: z.string() }).meta({ id: "WhoAmI" }),
  policy: signedIn,
  async handle({ actor }) {
    return { personId: personOf(actor).personId };
  },
});

export const notesSlice: Slice = {
  name: "notes",
  grpcService: "NotesService",
  summary: "Notes, for the tests of the doors.",
  operations: [makeNote, changeNote, echo, attachFile, getFile, listNotes, downloadNotes, whoAmI],
  person: holdsNobody,
  tables: { notes: { personal: [] } },
  migrations: [
    {
      name: "notes/0001-notes",
      up: (schema) => [
        schema
          .createTable("notes")
          .addColumn("id", "text", (column) => column.primaryKey().notNull())
          .addColumn("owner", "text", (column) => column.notNull())
          .addColumn("title", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("due_at", "integer")
          .addColumn("file_name", "text")
          .addColumn("media_type", "text")
          .addColumn("bytes", "integer")
          .addColumn("sha256", "text"),
      ],
    },
  ],
};

/** What a client may send to see every shape once. */
export const everyShape: JsonObject = {
  count: 9_007_199_254_740_991,
  share: 0.5,
  yes: false,
  only: [],
  all: ["a", "b"],
  byName: { x: -1 },
  rows: [{ label: "one", points: null }],
  states: ["handed-in", "open"],
  kind: "longAnswer",
};
