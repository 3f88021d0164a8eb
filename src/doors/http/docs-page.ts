/**
 * The reference as a page, made once from the OpenAPI document: what each operation takes, gives and refuses, and how
 * to call it from a shell. No script is needed to read it; a small one searches the list.
 */
import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { failureTable } from "#kernel/errors.ts";
import type { Headers } from "./security-headers.ts";

/** Serves `/docs`, its style and script, and the document at `/api/v1/openapi.json`; `document` is asked once. */
export function addDocs(app: FastifyInstance, pageHeaders: Headers, document: () => JsonObject): void {
  // The document names the public address, which is known only when the door listens: so, on the first request.
  let made: { readonly json: string; readonly page: string } | null = null;
  const docs = () => {
    if (made === null) {
      const whole = document();
      made = { json: JSON.stringify(whole), page: docsPage(whole) };
    }
    return made;
  };
  const asset = (name: string) => readFileSync(new URL(`docs/${name}`, import.meta.url), "utf8");
  const [style, script] = [asset("style.css"), asset("search.js")];
  const send = (path: string, mediaType: string, body: () => string, headers: Headers = {}) =>
    app.get(path, async (_request, reply) =>
      reply
        .headers(headers)
        .header("cache-control", "no-cache")
        .type(`${mediaType}; charset=utf-8`)
        .send(body()),
    );
  send("/api/v1/openapi.json", "application/json", () => docs().json);
  send("/docs", "text/html", () => docs().page, pageHeaders);
  send("/docs/style.css", "text/css", () => style);
  send("/docs/search.js", "text/javascript", () => script);
}

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}

/** The whole page as HTML. */
export function docsPage(document: JsonObject): string {
  const entries = entriesOf(document);
  const tags = list(document.tags).map((tag) => ({ name: text(tag.name), summary: text(tag.description) }));
  const groups = tags.map((tag) => ({
    ...tag,
    entries: entries.filter(({ operation }) => (operation.tags as JsonValue[])[0] === tag.name),
  }));
  const server = text(list(document.servers)[0]?.url);
  const [info] = [object(document.info)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lyceum – reference</title>
<link rel="stylesheet" href="/docs/style.css">
<script type="module" src="/docs/search.js"></script>
</head>
<body>
<div class="frame">
<nav aria-label="Operations">
<label for="search">Find an operation</label>
<input id="search" type="search" autocomplete="off">
<p id="count" class="quiet" role="status"></p>
<div class="list">
${groups.map(({ name, entries: mine }) => `<div data-group><h2>${html(name)}</h2><ul>${mine.map(link).join("")}</ul></div>`).join("\n")}
</div>
</nav>
<main>
<h1>Lyceum ${html(text(info?.version))}</h1>
<p>${html(text(info?.description))} The same as a document for programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
${introduction(server)}
${groups.map(({ name, summary, entries: mine }) => `<section data-group><h2>${html(name)}</h2><p>${html(summary)}</p>${mine.map((entry) => article(entry, document, server)).join("\n")}</section>`).join("\n")}
<h2>What can go wrong</h2>
<p>Every failure is a document of the type <code>application/problem+json</code>.</p>
${problemTable(document)}
</main>
</div>
</body>
</html>
`;
}

function entriesOf(document: JsonObject): Entry[] {
  return Object.entries(object(document.paths)).flatMap(([path, methods]) =>
    Object.entries(object(methods))
      .filter(([, operation]) => object(operation).operationId !== undefined)
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation: object(operation) })),
  );
}

function introduction(server: string): string {
  return `<article id="calling">
<h3>Calling an operation</h3>
<p>Reads are <code>GET</code> with query parameters; a list repeats its parameter. Commands are <code>POST</code> with JSON.
Sign in to get a token, and send it as a bearer token:</p>
<pre>${html(`curl ${server}/api/v1/identity/sign-in -H 'Content-Type: application/json' \\
  -d '{"email": "you@school.example", "password": "…"}'
curl ${server}/api/v1/courses/list-courses -H "Authorization: Bearer $TOKEN"`)}</pre>
<h4>Retries</h4>
<p>Send a command with an <code>Idempotency-Key</code> of your own. If the answer is lost, send it again with the same key: you get
the first answer, and nothing is done twice.</p>
<h4>Your own writes</h4>
<p>Every answer has a <code>Lyceum-Position</code>. Send it back, and no later answer is older than it.</p>
<h4>Files</h4>
<p>Send a file to <code>/api/v1/uploads</code> with the tus protocol, which goes on where it broke off, then name the upload's id
in <code>uploadId</code>. A file that an operation returns comes as a redirect to its bytes:
follow it (<code>curl -L</code>), or send <code>Accept: application/json</code> for its address.</p>
</article>`;
}

function link({ operation }: Entry): string {
  return `<li data-words="${html(words(operation))}"><a href="#${html(anchor(operation))}">${html(text(operation["x-lyceum-operation"]).split(".")[1] ?? "")}</a></li>`;
}

function article({ path, method, operation }: Entry, document: JsonObject, server: string): string {
  const paragraphs = text(operation.description).split("\n\n");
  return `<article id="${html(anchor(operation))}" data-words="${html(words(operation))}">
<h3>${html(text(operation.summary))}</h3>
<p class="route ${method === "GET" ? "read" : "command"}"><b>${method}</b> ${html(path)}</p>
${paragraphs.map((paragraph) => `<p>${prose(paragraph)}</p>`).join("")}
${inputTable(operation, document)}
${outputTable(operation, document)}
<h4>Refusals</h4>
${refusals(operation)}
<h4>From a shell</h4>
<pre>${html(curl({ path, method, operation }, document, server))}</pre>
</article>`;
}

function inputTable(operation: JsonObject, document: JsonObject): string {
  const inQuery = list(operation.parameters).filter((parameter) => parameter.in === "query");
  const body = bodySchema(operation);
  const rows =
    body === null
      ? inQuery.map((parameter) => ({
          name: text(parameter.name),
          schema: object(parameter.schema ?? object(object(parameter.content)["application/json"]).schema),
          required: parameter.required === true,
        }))
      : fieldsOf(body, document);
  return rows.length === 0 ? "" : `<h4>Takes</h4>${fieldTable(rows)}`;
}

function outputTable(operation: JsonObject, document: JsonObject): string {
  const done = object(object(operation.responses)["200"]);
  const schema = object(object(object(done.content)["application/json"]).schema);
  const rows = fieldsOf(schema, document);
  return rows.length === 0 ? "" : `<h4>Gives</h4>${fieldTable(rows)}`;
}

interface FieldRow {
  readonly name: string;
  readonly schema: JsonObject;
  readonly required: boolean;
}

function fieldTable(rows: readonly FieldRow[]): string {
  const body = rows.map(
    ({ name, schema, required }) =>
      `<tr><td><code>${html(name)}</code>${required ? "" : ' <span class="quiet">optional</span>'}</td><td>${html(typeOf(schema))}</td><td>${html(text(schema.description))}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

/** The fields of an object schema; one level of nouns and of combined schemas is opened. */
function fieldsOf(schema: JsonObject, document: JsonObject): FieldRow[] {
  const whole = resolve(schema, document);
  const parts = list(whole.allOf);
  if (parts.length > 0) return parts.flatMap((part) => fieldsOf(part, document));
  const required = Array.isArray(whole.required) ? whole.required : [];
  return Object.entries(object(whole.properties)).map(([name, field]) => ({
    name,
    schema: object(field),
    required: required.includes(name),
  }));
}

function resolve(schema: JsonObject, document: JsonObject): JsonObject {
  const name = nounOf(schema);
  return name === null ? schema : object(object(object(document.components).schemas)[name]);
}

function nounOf(schema: JsonObject): string | null {
  return typeof schema.$ref === "string" ? (schema.$ref.split("/").at(-1) ?? null) : null;
}

function typeOf(schema: JsonObject): string {
  const noun = nounOf(schema);
  if (noun !== null) return noun;
  const choices = list(schema.anyOf ?? null);
  if (choices.length > 0) return choices.map(typeOf).join(" or ");
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(", ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeOf(object(schema.items))}`;
  const bounds = [
    schema.minLength !== undefined || schema.maxLength !== undefined
      ? `${text(schema.minLength ?? 0)}–${text(schema.maxLength ?? "")} characters`
      : "",
    schema.minimum !== undefined || schema.maximum !== undefined
      ? `${text(schema.minimum ?? "")}–${text(schema.maximum ?? "")}`
      : "",
  ].filter((bound) => bound !== "");
  return [text(schema.type), ...bounds].join(", ");
}

function refusals(operation: JsonObject): string {
  const items = Object.entries(object(operation.responses))
    .filter(([status]) => Number(status) >= 400)
    .map(
      ([status, response]) =>
        `<tr><td>${status}</td><td>${prose(text(object(response).description))}</td></tr>`,
    );
  return `<div class="scroll"><table><tbody>${items.join("")}</tbody></table></div>`;
}

function curl({ path, method, operation }: Entry, document: JsonObject, server: string): string {
  const open = list(operation.security).some((scheme) => Object.keys(scheme).length === 0);
  const bearer = open ? "" : ` \\\n  -H "Authorization: Bearer $TOKEN"`;
  if (method === "GET") {
    const needed = list(operation.parameters).filter(
      (parameter) => parameter.in === "query" && parameter.required === true,
    );
    const query = needed.map((parameter) => `${text(parameter.name)}=…`).join("&");
    return `curl -L '${server}${path}${query === "" ? "" : `?${query}`}'${bearer}`;
  }
  const examples = object(object(object(object(operation.requestBody).content)["application/json"]).examples);
  const [example] = Object.values(examples);
  const body = example === undefined ? sample(bodySchema(operation) ?? {}, document) : object(example).value;
  return `curl '${server}${path}'${bearer} \\\n  -H 'Content-Type: application/json' -H "Idempotency-Key: $(uuidgen)" \\\n  -d '${JSON.stringify(body)}'`;
}

/** The required fields with dots for what only the caller knows. */
function sample(schema: JsonObject, document: JsonObject): JsonObject {
  return Object.fromEntries(
    fieldsOf(schema, document)
      .filter(({ required }) => required)
      .map(({ name, schema: field }) => [
        name,
        field.type === "integer" || field.type === "number" ? 1 : "…",
      ]),
  );
}

function bodySchema(operation: JsonObject): JsonObject | null {
  if (operation.requestBody === undefined) return null;
  return object(object(object(object(operation.requestBody).content)["application/json"]).schema);
}

/** Every code that can stand in a problem document, with an anchor that its `type` points at. */
function problemTable(document: JsonObject): string {
  const statusOf = new Map<string, string>(
    Object.entries(failureTable).map(([kind, { http, title }]) => [kind, `${http} ${title}`]),
  );
  statusOf.set("method_not_allowed", "405 The path takes another method");
  for (const { operation } of entriesOf(document))
    for (const [status, response] of Object.entries(object(operation.responses)))
      for (const match of text(object(response).description).matchAll(/`([a-z_]+)`/g))
        if (Number(status) >= 400 && match[1] !== undefined && !statusOf.has(match[1]))
          statusOf.set(match[1], status);
  const rows = [...statusOf].map(
    ([code, status]) => `<tr id="problem-${code}"><td><code>${code}</code></td><td>${html(status)}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>Code</th><th>Status</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function words(operation: JsonObject): string {
  return `${text(operation["x-lyceum-operation"])} ${text(operation.summary)}`.toLowerCase();
}

function anchor(operation: JsonObject): string {
  return text(operation["x-lyceum-operation"] ?? operation.operationId);
}

function prose(markdown: string): string {
  return html(markdown).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}

function html(raw: string): string {
  return raw
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function object(value: JsonValue | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
