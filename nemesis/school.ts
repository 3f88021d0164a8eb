/** The school in which the faults happen: its admin, someone who teaches, and tokens enough that no limit is met. */
import { randomUUID } from "node:crypto";
import { assert } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { ApiClient, type Outcome } from "./api-client.ts";

const password = "correct horse battery staple";
const patienceMs = 120_000;

export interface School {
  /** An admin's: the probes are theirs. */
  readonly adminTokens: readonly string[];
  /** A teacher's: courses and announcements are theirs. */
  readonly teacherTokens: readonly string[];
}

/** Sets up an empty school by the link that its node printed; makes `tokens` tokens for each of the two. */
export async function setUpSchool(url: string, setUpToken: string, tokens: number): Promise<School> {
  const anyone = clientOf(url, null);
  const admin = await command(anyone, "identity/set-up-school", {
    setUpToken,
    schoolName: "Nemesis",
    name: "Ada",
    email: "ada@school.example",
    password,
  });
  const adminToken = textIn(admin, "token");
  const asAdmin = clientOf(url, adminToken);
  const { invitationLink } = await command(asAdmin, "identity/add-person", {
    name: "Ines",
    email: "ines@school.example",
    roles: ["instructor"],
  });
  const teacher = await command(anyone, "identity/accept-invitation", {
    invitationToken: textIn({ invitationLink: invitationLink ?? "" }, "invitationLink"),
    password,
  });
  const asTeacher = clientOf(url, textIn(teacher, "token"));
  const adminTokens: string[] = [];
  const teacherTokens: string[] = [];
  for (let number = 0; number < tokens; number++) {
    adminTokens.push(await accessToken(asAdmin, number));
    teacherTokens.push(await accessToken(asTeacher, number));
  }
  for (const client of [anyone, asAdmin, asTeacher]) client.close();
  return { adminTokens, teacherTokens };
}

function clientOf(url: string, token: string | null): ApiClient {
  return new ApiClient({ urls: () => [url], tokens: token === null ? [] : [token] });
}

async function accessToken(client: ApiClient, number: number): Promise<string> {
  const made = await command(client, "identity/create-access-token", { name: `client ${number}` });
  return textIn(made, "secret");
}

/** What a command of the preparations gave; they are made while nothing is wrong, so anything else is a fault. */
export async function command(client: ApiClient, path: string, input: JsonObject): Promise<JsonObject> {
  return bodyOf(path, await client.ask({ path, input, idempotencyKey: randomUUID(), patienceMs }));
}

/** The body of an answer that cannot have failed. */
export function bodyOf(what: string, outcome: Outcome): JsonObject {
  assert(outcome.kind === "ok", `${what} succeeds: ${JSON.stringify(outcome)}`);
  return outcome.body;
}

function textIn(body: JsonObject, name: string): string {
  const value = body[name];
  assert(typeof value === "string", `the answer has ${name}`);
  return value;
}
