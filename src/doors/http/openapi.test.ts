import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { openTestDoor, type TestDoor } from "./test-door.ts";

describe("the documents", () => {
  let door: TestDoor;
  let document: JsonObject;
  before(async () => {
    door = await openTestDoor();
    document = JSON.parse((await door.get("/api/v1/openapi.json")).text) as JsonObject;
  });
  after(() => door.close());

  /** Follows the path of names into the document; fails where one is missing. */
  function at(...path: readonly string[]): JsonValue {
    let value: JsonValue = document;
    for (const name of path) {
      assert.ok(
        value !== null && typeof value === "object" && !Array.isArray(value) && name in value,
        path.join(" > "),
      );
      value = value[name] as JsonValue;
    }
    return value;
  }

  test("every reference in the OpenAPI document leads somewhere", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      (match) => match[1] ?? "",
    );
    assert.ok(references.length > 20);
    for (const reference of new Set(references)) at(...reference.split("/"));
  });

  test("an operation is described with its input, output, refusals and examples", () => {
    const make = ["paths", "/api/v1/notes/make-note", "post"];
    assert.equal(at(...make, "operationId"), "notes_make_note");
    const input = at(...make, "requestBody", "content", "application/json", "schema") as JsonObject;
    assert.equal(input.additionalProperties, false);
    assert.deepEqual(input.required, ["title"]);
    const output = at(...make, "responses", "200", "content", "application/json", "schema") as JsonObject;
    assert.equal(output.$ref, "#/components/schemas/Note");
    assert.match(String(at(...make, "responses", "409", "description")), /`conflict`, `note_exists`/);
    assert.ok(at(...make, "requestBody", "content", "application/json", "examples", "example1"));
    const query = at("paths", "/api/v1/notes/echo", "get", "parameters") as JsonObject[];
    assert.deepEqual(query.find(({ name }) => name === "numbers")?.explode, true);
  });

  test("what only Lyceum itself may do is in no document", () => {
    assert.doesNotMatch(JSON.stringify(document), /sweep/);
  });

  test("the page shows every operation, explains every code, and loads nothing from elsewhere", async () => {
    const { text: page } = await door.get("/docs");
    for (const name of ["notes.makeNote", "notes.getNoteFile", "notes.echo"])
      assert.ok(page.includes(`id="${name}"`), name);
    for (const code of ["invalid_input", "note_exists", "method_not_allowed", "bug"])
      assert.ok(page.includes(`id="problem-${code}"`), code);
    assert.doesNotMatch(page, / style=|<script>|(src|href)="(https?:)?\/\//);
    assert.ok(page.includes("Bread &amp; &lt;milk&gt;"), "what operations say is text, never markup");
    for (const asset of ["/docs/style.css", "/docs/search.js"])
      assert.equal((await door.get(asset)).status, 200);
  });
});
