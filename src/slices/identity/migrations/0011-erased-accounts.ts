/** What an erasure is to find: all accounts of the person, and every name and address that they are known by. */
import type { Migration } from "#engines/store/port.ts";

export const erasedAccounts: Migration = {
  name: "identity/0011-erased-accounts",
  up: (schema) => [schema.alterTable("person_erasures").addColumn("known_as", "text")],
};
