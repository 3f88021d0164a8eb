/** Finding people among some: what lists of other slices, which know only ids, sort and search by. */
import { sql } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { foldEmail, foldText } from "./names.ts";
import { peopleWhere, withRoles } from "./people.ts";
import type { Person } from "./schema.ts";
import type { IdentityTables, PeopleTable } from "./tables.ts";

/** So many ids go into one query. */
const idsPerQuery = 500;

export interface PeoplePageWish {
  /** Part of a name or an address. */
  readonly search?: string | undefined;
  /** Whether the account is open. */
  readonly active?: boolean | undefined;
  readonly after: { readonly nameKey: string; readonly personId: string } | null;
  readonly limit: number;
}

export interface FoundPerson {
  readonly person: Person;
  readonly nameKey: string;
}

/** Of these people, those who are asked for, in the order of their names. */
export async function peoplePageOf(
  database: Database,
  ids: readonly string[],
  { search, active, after, limit }: PeoplePageWish,
): Promise<FoundPerson[]> {
  const db = tablesOf<IdentityTables>(database);
  const found: PeopleTable[] = [];
  for (let start = 0; start < ids.length; start += idsPerQuery) {
    let select = db
      .selectFrom("people")
      .selectAll()
      .where("id", "in", ids.slice(start, start + idsPerQuery));
    if (active !== undefined) select = select.where("active", "=", active ? 1 : 0);
    if (search !== undefined) {
      const pattern = `%${foldText(search).replaceAll(/[\\%_]/g, "\\$&")}%`;
      select = select.where(sql<boolean>`search_key like ${pattern} escape '\\'`);
    }
    if (after !== null)
      select = select.where((each) =>
        each.or([
          each("name_key", ">", after.nameKey),
          each.and([each("name_key", "=", after.nameKey), each("id", ">", after.personId)]),
        ]),
      );
    found.push(...(await select.orderBy("name_key").orderBy("id").limit(limit).execute()));
  }
  const page = found.sort(byName).slice(0, limit);
  const people = await withRoles(db, page);
  return people.map((person, index) => ({ person, nameKey: page[index]?.name_key ?? "" }));
}

function byName(a: PeopleTable, b: PeopleTable): number {
  if (a.name_key !== b.name_key) return a.name_key < b.name_key ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** The people with these addresses, by the folded address. */
export async function peopleByEmails(
  database: Database,
  emails: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  const db = tablesOf<IdentityTables>(database);
  const folded = [...new Set(emails.map(foldEmail))];
  const found = new Map<string, Person>();
  for (let start = 0; start < folded.length; start += idsPerQuery) {
    const rows = await db
      .selectFrom("people")
      .select("id")
      .where("email", "in", folded.slice(start, start + idsPerQuery))
      .execute();
    const people = await peopleWhere(
      db,
      rows.map(({ id }) => id),
    );
    for (const person of people) found.set(person.email, person);
  }
  return found;
}
