/**
 * Policies: who may do what. A policy runs where the work runs, inside the command's transaction or on the read's
 * snapshot, so that a check and the act that it allows never see two different states. What is not allowed is denied.
 */
import type { Database } from "#engines/store/port.ts";
import type { Actor, Person, SchoolRole } from "./actor.ts";
import { Refusal } from "./errors.ts";
import { notePerson, noteRule } from "./explain-policy.ts";

export interface Denial {
  readonly allowed: false;
  readonly kind: "unauthenticated" | "forbidden" | "not_found";
  readonly message: string;
  /** A more particular code than its kind. */
  readonly code?: string;
}

export type Decision = { readonly allowed: true } | Denial;

export interface Question<Input> {
  readonly actor: Actor;
  readonly input: Input;
  readonly database: Database;
  /** Milliseconds UTC. */
  readonly now: number;
}

export interface Policy<Input> {
  /** The rule as a claim about the actor, for the matrix and the reference: "teaches the course". */
  readonly claim: string;
  decide(question: Question<Input>): Decision | Promise<Decision>;
}

export const allow: Decision = { allowed: true };

/** For someone who is not signed in, or whose session has ended. */
export const denyUnauthenticated: Denial = {
  allowed: false,
  kind: "unauthenticated",
  message: "Sign in first: this needs a valid session.",
};

/** For someone who may know that the thing exists, but may not do this with it. */
export function denyForbidden(message: string): Denial {
  return { allowed: false, kind: "forbidden", message };
}

/** For someone who may not even know that the thing exists; the same answer as for an id that never was. */
export function denyNotFound(what: string): Denial {
  return { allowed: false, kind: "not_found", message: `There is no ${what} with this id that you can see.` };
}

/** Whether this is the school's administration, which everything is open to that is not personal. */
export function isAdministration(actor: Actor): boolean {
  return actor.kind === "system" || (actor.kind === "person" && actor.roles.includes("admin"));
}

/** Anyone at all, signed in or not. */
export const anyone: Policy<unknown> = { claim: "anyone", decide: () => allow };

/** Anyone with a valid session. */
export const signedIn: Policy<unknown> = {
  claim: "is signed in",
  decide({ actor, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    return allow;
  },
};

/** Only Lyceum itself: jobs, schedules, the command line on the node. Never reachable through a door. */
export const systemOnly: Policy<unknown> = {
  claim: "is Lyceum itself",
  decide: ({ actor }) =>
    actor.kind === "system"
      ? allow
      : actor.kind === "anonymous"
        ? denyUnauthenticated
        : denyForbidden("Only the system itself does this."),
};

/** Holders of one of the school-wide roles. */
export function hasRole(...roles: readonly SchoolRole[]): Policy<unknown> {
  return {
    claim: `is ${roles.join(" or ")} of the school`,
    decide: ({ actor, database }) => {
      if (actor.kind === "anonymous") return denyUnauthenticated;
      if (actor.kind === "person") notePerson(database, actor, { schoolRoles: actor.roles.join(", ") });
      if (actor.kind === "system" || actor.roles.some((role) => roles.includes(role))) return allow;
      return denyForbidden(`This is for people with the role ${roles.join(" or ")}.`);
    },
  };
}

/** Allowed when any of `policies` allows; otherwise the answer of the last one. */
export function anyOf<Input>(...policies: readonly Policy<Input>[]): Policy<Input> {
  return {
    claim: policies.map((policy) => policy.claim).join(", or "),
    async decide(question) {
      let decision: Decision = denyForbidden("You may not do this.");
      for (const policy of policies) {
        decision = await policy.decide(question);
        noteRule(question.database, policy.claim, decision);
        if (decision.allowed) return decision;
      }
      return decision;
    },
  };
}

/** The signed-in person behind `actor`; for handlers whose policy has let only people in. */
export function personOf(actor: Actor): Person {
  if (actor.kind !== "person") throw refusalOfDecision(denyUnauthenticated);
  return actor;
}

/** A denial as the refusal that the asker sees. */
export function refusalOfDecision(decision: Denial): Refusal {
  return new Refusal(decision.code ?? decision.kind, decision.message, { kind: decision.kind });
}
