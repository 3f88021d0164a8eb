/** Office documents from their upload to what a reader and a search find in them, on both engines. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "#base/json.ts";
import { wordDocument } from "#engines/inspector/sample-documents.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildMaterial } from "./fixtures.ts";
import { materialsSlice } from "./slice.ts";
import type { MaterialsTables } from "./tables.ts";

interface Document {
  readonly state: string;
  readonly format: string;
  readonly problem: string | null;
  readonly html: { readonly sha256: string; readonly bytes: number } | null;
}

const file = fileURLToPath(import.meta.resolve("../../app/demo/content/sky/05-writing-your-report.docx"));

eachCourse("office documents", [materialsSlice], (built) => {
  const call = (who: Persona, operation: string, input: JsonObject) =>
    built().test.call(built().people[who].token, `materials.${operation}`, input);
  const document = async (who: Persona, input: JsonObject) => {
    const result = await call(who, "getMaterialDocument", input);
    return "failure" in result ? result.failure.code : (result.output as unknown as Document);
  };

  test("one is read in the background, for whoever may open it, and once for the same content", async () => {
    const bytes = await readFile(file);
    const material = await buildMaterial(built(), { published: true, fileName: "report.docx", bytes });
    const { materialId } = material;
    const waiting = (await document("student", { materialId })) as Document;
    assert.deepEqual([waiting.state, waiting.html], ["waiting", null]);
    await built().test.kernel.settle();
    const ready = (await document("student", { materialId })) as Document;
    assert.deepEqual([ready.state, ready.format], ["ready", "docx"]);
    const chunks: Buffer[] = [];
    const { blobs } = built().test.kernel.services;
    for await (const chunk of await blobs.open(ready.html?.sha256 ?? "")) chunks.push(chunk as Buffer);
    assert.match(Buffer.concat(chunks).toString(), /<h1>What goes in<\/h1>/);
    assert.equal(await document("outsider", { materialId }), "not_found");

    const again = await buildMaterial(built(), { fileName: "copy.docx", bytes });
    const same = (await document("instructor", { materialId: again.materialId })) as Document;
    assert.equal(same.html?.sha256, ready.html?.sha256, "no second reading");
    assert.equal(await document("student", { materialId: again.materialId }), "not_found", "a draft");
  });

  test("one that cannot be read says so; a file of another kind is none", async () => {
    const bytes = await wordDocument(null);
    const { materialId, revision } = await buildMaterial(built(), { fileName: "broken.docx", bytes });
    await built().test.kernel.settle();
    const failed = (await document("instructor", { materialId, revision })) as Document;
    assert.equal(failed.state, "failed");
    assert.match(failed.problem ?? "", /damaged/);
    const text = await buildMaterial(built());
    assert.equal(await document("instructor", { materialId: text.materialId }), "not_a_document");
  });

  test("what belongs to no file any more is forgotten, what nobody has read yet is", async () => {
    const { kernel, clock } = built().test;
    const rows = () =>
      kernel.store
        .read((database) =>
          tablesOf<MaterialsTables>(database)
            .selectFrom("material_documents")
            .select(["sha256", "state"])
            .execute(),
        )
        .then(({ value }) => value);
    const [before] = await rows();
    await kernel.store.write(async ({ database }) => {
      const db = tablesOf<MaterialsTables>(database);
      await db.deleteFrom("material_documents").execute();
      const gone = { sha256: "0".repeat(64), state: "failed", format: "docx", problem: "Gone." } as const;
      const more = { html_sha256: "", html_bytes: 0, is_cut: 0, reader_version: 1, asked_at: 0 } as const;
      await db
        .insertInto("material_documents")
        .values({ ...gone, ...more })
        .execute();
    });
    clock.advance(10 * 60_000);
    // The schedule asks for it, and the job that comes of it is done after.
    await kernel.settle();
    await kernel.settle();
    const after = await rows();
    assert(after.some(({ sha256, state }) => sha256 === before?.sha256 && state !== "waiting"));
    assert(!after.some(({ sha256 }) => sha256.startsWith("0000")));
  });
});
