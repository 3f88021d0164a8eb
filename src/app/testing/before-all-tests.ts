/** What `npm test` does before the first test file, each of which is a process of its own. */
import { join } from "node:path";
import { demoSchoolForRun } from "./demo-school.ts";

/** Found by the runner under this name. */
export async function globalSetup(): Promise<void> {
  // Most files load most of the program: what V8 compiled for one is there for the next.
  process.env.NODE_COMPILE_CACHE ??= join(
    import.meta.dirname,
    "../../../node_modules/.cache/lyceum-compiled",
  );
  await demoSchoolForRun();
}
