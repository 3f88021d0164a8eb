/** What the address of the list of people says: whom it shows. */
import type { SchoolRole } from "../contract.ts";

export const roleFilters = ["admin", "instructor", "student"] as const satisfies readonly SchoolRole[];
export const stateFilters = ["active", "inactive", "merged"] as const;
export const signInFilters = ["invited", "password_only", "two_step"] as const;

export interface PeopleAddress {
  readonly q?: string;
  readonly role?: (typeof roleFilters)[number];
  readonly state?: (typeof stateFilters)[number];
  readonly signIn?: (typeof signInFilters)[number];
}

/** The address with what it may say, and nothing else. */
export function readPeopleAddress(given: Readonly<Record<string, unknown>>): PeopleAddress {
  const role = roleFilters.find((each) => each === given.role);
  const state = stateFilters.find((each) => each === given.state);
  const signIn = signInFilters.find((each) => each === given.signIn);
  return {
    ...(given.q === undefined || given.q === "" ? {} : { q: String(given.q) }),
    ...(role === undefined ? {} : { role }),
    ...(state === undefined ? {} : { state }),
    ...(signIn === undefined ? {} : { signIn }),
  };
}
