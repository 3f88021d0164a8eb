/**
 * Policies that explain themselves. A policy notes the facts that it finds; nobody listens but where somebody asks why
 * (`traced`), so that the usual way pays for one look into an empty map and no more.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "./actor.ts";
import { closedBecause } from "./closed-to-changes.ts";
import type { Refusal } from "./errors.ts";
import type { Decision, Policy, Question } from "./policy.ts";

/** Something that a policy found out before it decided. */
export interface Fact {
  /** What kind of thing it is about: `person`, `course`, `material`. */
  readonly about: string;
  /** Its id. */
  readonly id: string;
  /** What was found: `role: student`, `published: no`; a word or two each side. Names ending in `At` hold instants. */
  readonly found: Readonly<Record<string, string | boolean | number | null>>;
}

/** A rule that is made of others, and what each of them came to. */
export interface Rule {
  readonly claim: string;
  readonly decision: Decision;
}

interface Trace {
  /** Whether somebody wants to know more than the decision takes: where an enrolment comes from, say. */
  readonly inDetail: boolean;
  readonly facts: Fact[];
  readonly rules: Rule[];
}

/** Traces by the handle that the policy reads with: each question that is traced has a handle of its own. */
const traces = new WeakMap<Database, Trace>();
let listening = 0;

/** Notes a fact, where somebody asks why. Call it where the fact is loaded. */
export function noteFact(database: Database, about: string, id: string, found: Fact["found"]): void {
  if (listening === 0) return;
  traces.get(database)?.facts.push({ about, id, found });
}

/** Notes what the person who asks is, in the whole school. */
export function notePerson(database: Database, actor: Actor, found: Fact["found"]): void {
  if (listening > 0 && actor.kind === "person") noteFact(database, "person", actor.personId, found);
}

/** Whether somebody asks why, and wants facts that are worth a query of their own. */
export function wantsDetail(database: Database): boolean {
  return listening > 0 && traces.get(database)?.inDetail === true;
}

/** Notes what one of several rules came to. */
export function noteRule(database: Database, claim: string, decision: Decision): void {
  if (listening === 0) return;
  traces.get(database)?.rules.push({ claim, decision });
}

export interface Traced {
  readonly decision: Decision;
  /** Why a command that is allowed is refused all the same. */
  readonly closed: Refusal | null;
  readonly facts: readonly Fact[];
  readonly rules: readonly Rule[];
}

/** Decides, and gives the facts that were found, what the parts of the rule came to, and why what is allowed is closed. */
export async function traced<Input>(
  policy: Policy<Input>,
  question: Question<Input>,
  { inDetail = false } = {},
): Promise<Traced> {
  const trace: Trace = { inDetail, facts: [], rules: [] };
  const database = ownHandle(question.database);
  traces.set(database, trace);
  listening += 1;
  try {
    const decision = await policy.decide({ ...question, database });
    return { decision, closed: closedBecause(database), facts: trace.facts, rules: trace.rules };
  } finally {
    listening -= 1;
    traces.delete(database);
  }
}

/** The same tables under a handle of its own, so that nobody else's questions are heard. */
function ownHandle(database: Database): Database {
  return tablesOf<Record<never, never>>(database).withoutPlugins();
}
