/** Old imports of marks go, a chunk of their cells at a time. What came of them stays in the history of each cell. */
import { dropImport } from "./grade-imports.ts";
import { gradeImportRetentionMs } from "./schema.ts";
import { schedule } from "./tables.ts";

export const forgetGradeImports = schedule({
  name: "grades.forgetGradeImports",
  everyMs: 6 * 3_600_000,
  async run({ now, read, write }) {
    const old = await read((db) =>
      db
        .selectFrom("grade_imports")
        .select(["id", "state", "sha256"])
        .where("made_at", "<", now - gradeImportRetentionMs)
        .where("state", "not in", ["applying", "reading"])
        .orderBy("made_at")
        .limit(1)
        .executeTakeFirst(),
    );
    if (old === undefined) return false;
    await write((step) => dropImport(step, old));
    return true;
  },
});
