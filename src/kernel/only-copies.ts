/**
 * Whether a node may go without taking files along that nobody else has yet. A newcomer votes as soon as it has the log,
 * and fetches the school's files after that: so the nodes of a cluster can be replaced faster than its files travel.
 */
import type { ReplicatedBlobs } from "#engines/blobs/replicated/port.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import type { BlobTables } from "./blob-holds.ts";

/** Files that are asked about at once. */
const chunkMax = 500;

/** Whether `node` is known to hold the only copy of a file in use. */
export async function hasOnlyCopies(
  parts: { readonly store: Pick<Store, "read">; readonly replicas: Pick<ReplicatedBlobs, "onlyAt"> },
  node: string,
): Promise<boolean> {
  for (let after = ""; ; ) {
    const { value: rows } = await parts.store.read((database) =>
      tablesOf<BlobTables>(database)
        .selectFrom("blobs")
        .select("sha256")
        .where("sha256", ">", after)
        .where("released_at", "is", null)
        .orderBy("sha256")
        .limit(chunkMax)
        .execute(),
    );
    const names = rows.map(({ sha256 }) => sha256);
    if ((await parts.replicas.onlyAt(node, names)).length > 0) return true;
    const last = names.at(-1);
    if (last === undefined || names.length < chunkMax) return false;
    after = last;
  }
}
