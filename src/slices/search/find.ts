/** From a question to what the asker may see: candidates from the index, each checked again on the read's snapshot. */
import type { Database } from "#engines/store/port.ts";
import type { IndexHit, Marked, TextIndex, TextQuestion } from "#engines/text-index/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { feedEnd } from "#kernel/feed-ends.ts";
import type { ReadableSource } from "#kernel/indexed-source.ts";
import {
  audienceOfCourse,
  audienceOfPerson,
  audienceOfStaff,
  courseNames,
  coursesOf,
  loadStanding,
  teaches,
} from "#slices/courses/api.ts";
import { indexedKinds } from "./kinds.ts";
import { hitsMax, type Place, placesMax, type ResultKind, type SearchResult, waitMsMax } from "./schema.ts";

export interface Search {
  readonly read: <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>;
  readonly textIndex: TextIndex;
  readonly actor: Actor;
  readonly now: number;
}

/** A thing that the asker may see, with the places in it that were found, the best first. */
export interface Found {
  readonly kind: ResultKind;
  readonly sourceId: string;
  readonly source: ReadableSource;
  readonly hits: readonly IndexHit[];
}

/** How far the index is behind what this read sees; it waits for it for a while, where that is wished. */
export async function progressOf(
  { read, textIndex }: Search,
  { wait }: { readonly wait: boolean },
): Promise<{ readonly isCurrent: boolean; readonly isReading: boolean }> {
  const end = await read(feedEnd);
  const isCurrent = textIndex.knownPosition >= end || (wait && (await textIndex.reaches(end, waitMsMax)));
  const { queuedFiles } = await textIndex.status();
  return { isCurrent, isReading: queuedFiles > 0 };
}

/** What the asker may see of what the index finds, grouped by the thing it stands in, the best first. */
export async function find(
  search: Search,
  question: Pick<TextQuestion, "words" | "manner" | "kinds"> & { readonly courseId: string | undefined },
): Promise<{ readonly found: readonly Found[]; readonly match: "all" | "some" }> {
  const audiences = await search.read((database) => audiencesOf(database, search.actor, question.courseId));
  const { words, manner, kinds } = question;
  const { hits, match } = await search.textIndex.search({ words, manner, kinds, audiences, limit: hitsMax });
  const bySource = Map.groupBy(hits, ({ kind, sourceId }) => `${kind} ${sourceId}`);
  const readable = await search.read((database) => readableOf(database, search, hits));
  const found: Found[] = [];
  for (const group of bySource.values()) {
    const [{ kind, sourceId }] = group as [IndexHit];
    const source = readable.get(kind)?.get(sourceId);
    if (source === undefined) continue;
    // What was read from a file that has been replaced since is no part of what the asker would open.
    const current = group.filter(({ sha256 }) => sha256 === "" || sha256 === source.sha256);
    if (current.length > 0) found.push({ kind: kind as ResultKind, sourceId, source, hits: current });
  }
  return { found, match };
}

/** Those whose texts are looked through. This only narrows the search; the policies decide on each hit. */
async function audiencesOf(
  database: Database,
  actor: Actor,
  courseId: string | undefined,
): Promise<readonly string[] | null> {
  const person = actor.kind === "person" ? [audienceOfPerson(actor.personId)] : [];
  if (courseId !== undefined) {
    const standing = await loadStanding(database, actor, courseId);
    const staff = teaches(standing) ? [audienceOfStaff(courseId)] : [];
    return [audienceOfCourse(courseId), ...staff, ...person];
  }
  if (actor.kind === "system" || (actor.kind === "person" && actor.roles.includes("admin"))) return null;
  const courses = await coursesOf(database, actor);
  return [
    ...courses.flatMap(({ courseId: id, role }) =>
      role === "instructor" || role === "teaching_assistant"
        ? [audienceOfCourse(id), audienceOfStaff(id)]
        : [audienceOfCourse(id)],
    ),
    ...person,
  ];
}

async function readableOf(
  database: Database,
  { actor, now }: Pick<Search, "actor" | "now">,
  hits: readonly Pick<IndexHit, "kind" | "sourceId">[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, ReadableSource>>> {
  const readable = new Map<string, ReadonlyMap<string, ReadableSource>>();
  for (const { kind, readable: decide } of indexedKinds) {
    const ids = [...new Set(hits.filter((hit) => hit.kind === kind).map(({ sourceId }) => sourceId))];
    if (ids.length > 0) readable.set(kind, await decide({ database, actor, now }, ids));
  }
  return readable;
}

/** What is shown of each: the places, with the lines around the words. */
export async function placed(
  { textIndex }: Search,
  found: readonly Found[],
  words: string,
): Promise<readonly Placed[]> {
  const shown = found.map((one) => ({ ...one, hits: one.hits.slice(0, placesMax) }));
  const ids = shown.flatMap(({ hits }) => hits.map(({ entryId }) => entryId));
  const excerpts = ids.length === 0 ? new Map() : await textIndex.excerpts(ids, words);
  return shown.map(({ kind, sourceId, source, hits }) => ({
    ...{ kind, sourceId, sha256: source.sha256 },
    places: hits.flatMap((hit): Place[] => {
      const excerpt = excerpts.get(hit.entryId);
      return excerpt === undefined ? [] : [placeOf(hit, excerpt)];
    }),
  }));
}

/** A result that is yet to be checked on the snapshot that answers. */
export interface Placed {
  readonly kind: ResultKind;
  readonly sourceId: string;
  readonly sha256: string | undefined;
  readonly places: readonly Place[];
}

/** What the asker may see of these on this snapshot, as the wire names it. */
export async function resultsOf(
  { database, actor, now }: Pick<Search, "actor" | "now"> & { readonly database: Database },
  placed: readonly Placed[],
  courseId: string | undefined,
): Promise<SearchResult[]> {
  const readable = await readableOf(database, { actor, now }, placed);
  const shown = placed.flatMap((one) => {
    const source = readable.get(one.kind)?.get(one.sourceId);
    // Replaced, or moved to another course, a moment ago: then it is not what was found.
    const isSame = source?.sha256 === one.sha256 && (courseId ?? source?.courseId) === source?.courseId;
    return source === undefined || !isSame ? [] : [{ ...one, source }];
  });
  const names = await courseNames(
    database,
    shown.map(({ source }) => source.courseId),
  );
  return shown.flatMap(({ kind, sourceId, source, places }): SearchResult[] => {
    const course = names.get(source.courseId);
    return course === undefined ? [] : [{ kind, sourceId, course, title: source.title, places: [...places] }];
  });
}

function placeOf(
  { place }: IndexHit,
  { heading, excerpt }: { readonly heading: string; readonly excerpt: Marked },
): Place {
  const [name = "", value = ""] = place.split("=");
  return {
    page: name === "page" ? Number(value) : null,
    heading: heading === "" ? null : heading,
    headingNumber: name === "heading" ? Number(value) : null,
    answerId: name === "answer" ? value : null,
    excerpt: [...excerpt],
  };
}
