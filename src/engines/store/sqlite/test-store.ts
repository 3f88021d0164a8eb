/** What the tests of this engine share: a folder that goes away with the test. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";

/** A new, empty folder, removed after the test. */
export function temporaryFolder(t: { after(action: () => void): void }): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-store-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return join(folder, "store");
}
