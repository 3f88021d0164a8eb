/** Table of contents of search: finding words in everything that somebody may see. */
import { holdsNobody } from "#kernel/person-life.ts";
import type { Slice } from "#kernel/slice.ts";
import { findSimilar } from "./find-similar.ts";
import { followFeed } from "./follow-feed.ts";
import { getIndexState } from "./get-index-state.ts";
import { readFiles } from "./read-files.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { search } from "./search.ts";

export const searchSlice = {
  name: "search",
  grpcService: "SearchService",
  summary: "Finding words in everything that you may see.",
  operations: [search, findSimilar, getIndexState, rebuildIndex],
  migrations: [],
  tables: {},
  followers: [followFeed],
  nodeSchedules: [readFiles],
  person: holdsNobody,
} as const satisfies Slice;
