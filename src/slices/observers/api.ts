/** What other slices may use of observers; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { linksOfObserver } from "./links.ts";
import type { ObserverLink } from "./schema.ts";
import type { ObserversTables } from "./tables.ts";

export { observesStudent, observesStudentInCourse } from "./policy.ts";

/** The links of one observer after a link, the first made first; for lists in pages. */
export function linksAfter(
  database: Database,
  observerId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly ObserverLink[]> {
  return linksOfObserver(tablesOf<ObserversTables>(database), observerId, page);
}
