/** Asking policies why: decisions with the rules and the facts behind them, in a shape for people and programs. */
import type { JsonObject } from "#base/json.ts";
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { type Fact, traced } from "#kernel/explain-policy.ts";
import type { Operation } from "#kernel/operation.ts";
import { denyForbidden, denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import type { Slice } from "#kernel/slice.ts";
import { type ActName, nameThings, type ThingKind } from "#kernel/things.ts";
import { actorOfPerson, type Person, personById } from "#slices/identity/api.ts";
import type { DecidedAct, DecidedRule, Explanation, FoundFact } from "./schema.ts";

/** One thing to find out: whether the policy of an operation lets somebody do it. */
export interface Asked {
  readonly act: ActName | null;
  readonly operation: Operation;
  readonly input: JsonObject;
}

export interface Asking {
  readonly db: Database;
  readonly slices: readonly Slice[];
  readonly now: number;
}

/** Asks what `person` may do of all that is `asked`, as if they were signed in with all their rights. */
export async function explain(
  { db, slices, now }: Asking,
  { person, thing, asked }: { person: Person; thing: Explanation["thing"]; asked: readonly Asked[] },
): Promise<Explanation> {
  const actor = await actorOf(db, person);
  const acts: DecidedAct[] = [];
  const rules: DecidedRule[] = [];
  const facts: Fact[] = [];
  for (const { act, operation, input } of asked) {
    const question = { actor, input: input as never, database: db, now };
    const found = await traced(operation.policy, question, { inDetail: true });
    acts.push({
      act,
      rule: operation.policy.claim,
      operation: operation.name,
      ...outcome(found, operation, person),
    });
    for (const { claim, decision } of found.rules)
      rules.push({
        act,
        rule: claim,
        allowed: decision.allowed,
        reason: decision.allowed ? null : decision.message,
      });
    facts.push(...found.facts);
  }
  const titles = await nameThings(
    db,
    slices,
    facts.map(({ id }) => id),
  );
  const { id: personId, name, roles, active } = person;
  return {
    person: { personId, name, roles: roles.join(", "), active },
    thing,
    acts,
    rules,
    facts: distinctFacts(facts).map((fact) => ({ ...fact, title: titles.get(fact.id)?.title ?? fact.id })),
  };
}

/** What it comes to: what the policy says, unless what was found is closed to changes, or the account is shut. */
export function outcome(
  { decision, closed }: Pick<Awaited<ReturnType<typeof traced>>, "decision" | "closed">,
  { kind }: Pick<Operation, "kind">,
  { active }: Pick<Person, "active">,
): Pick<DecidedAct, "allowed" | "reason"> {
  if (!decision.allowed) return { allowed: false, reason: decision.message };
  if (!active) return { allowed: false, reason: "This account is shut: nobody can sign in with it." };
  if (kind === "command" && closed !== null) return { allowed: false, reason: closed.message };
  return { allowed: true, reason: null };
}

/** Each fact once: several acts look at the same ones. */
function distinctFacts(facts: readonly Fact[]): Omit<FoundFact, "title">[] {
  const distinct = new Map<string, Omit<FoundFact, "title">>();
  for (const { about, id, found } of facts)
    for (const [fact, value] of Object.entries(found)) {
      const isInstant = typeof value === "number";
      distinct.set(`${about} ${id} ${fact}`, {
        about,
        fact,
        found: isInstant ? null : wordOf(value),
        foundAt: isInstant ? value : null,
        id,
      });
    }
  return [...distinct.values()];
}

function wordOf(value: string | boolean | null): string | null {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === "" ? null : value;
}

async function actorOf(db: Database, { id }: Person): Promise<Actor> {
  return (await actorOfPerson(db, id)) ?? { kind: "anonymous" };
}

export async function requirePerson(db: Database, personId: string): Promise<Person> {
  const person = await personById(db, personId);
  if (person === null) throw refusalOfDecision(denyNotFound("person"));
  return person;
}

/** What may be done with a thing of this kind, as questions about one person. */
export function actsOf(
  slices: readonly Slice[],
  { acts }: ThingKind,
  about: { readonly id: string; readonly personId: string },
): Asked[] {
  const operations = slices.flatMap((slice) => slice.operations);
  return acts.flatMap(({ act, operation: name, input }) => {
    const operation = operations.find((each) => each.name === name);
    return operation === undefined ? [] : [{ act, operation, input: input(about) }];
  });
}

export const namesHidden = {
  ...denyForbidden(
    "This work is graded anonymously, and the answer would tell whose it is. Ask again when the names are shown.",
  ),
  code: "names_hidden",
};
