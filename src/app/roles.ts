/** What a node does, and what each role needs: one table, so that splitting the roles is a setting and nothing more. */
import type { Config, Role } from "./config.ts";

export interface Needs {
  /** HTTP and gRPC for people and programs. */
  readonly doors: boolean;
  /** Followers, jobs and schedules. */
  readonly background: boolean;
}

const needsOf: Readonly<Record<Role, Needs>> = {
  web: { doors: true, background: false },
  worker: { doors: false, background: true },
};

/** Everything that a node with these roles must open. */
export function needsOfRoles(roles: Config["roles"]): Needs {
  return {
    doors: roles.some((role) => needsOf[role].doors),
    background: roles.some((role) => needsOf[role].background),
  };
}
