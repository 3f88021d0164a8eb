/** Says in the demo school what is said there: terms, a course in the making, announcements, queries of the class. */
import { basename } from "node:path";
import type { JsonObject } from "#base/json.ts";
import type { PersonKey } from "./school.ts";
import { announcements, classQueries, draftCourse, terms } from "./talk.ts";

const dayMs = 24 * 3_600_000;

/** How the demo is made: calls as its people, and files of its content sent by them. */
export interface DemoCalls {
  readonly now: number;
  call<Output>(who: PersonKey, operation: string, input: JsonObject): Promise<Output>;
  upload(who: PersonKey, file: string, fileName: string): Promise<string>;
}

export async function seedTerms({ call }: DemoCalls): Promise<void> {
  for (const term of terms) await call("rowan", "courses.createTerm", { ...term });
  const { by, modules, welcome, ...course } = draftCourse;
  const { courseId } = await call<{ courseId: string }>(by, "courses.createCourse", {
    ...course,
    published: false,
  });
  for (const title of modules) await call(by, "courses.createModule", { courseId, title });
  await call(by, "courses.postAnnouncement", { courseId, ...welcome });
}

export async function seedAnnouncements(calls: DemoCalls, code: string, courseId: string): Promise<void> {
  const { call, upload, now } = calls;
  for (const { by, title, body, pinned = false, file, inDays, readBy } of announcements[code] ?? []) {
    const fileIds: string[] = [];
    if (file !== undefined) {
      const uploadId = await upload(by, file, basename(file));
      const added = await call<{ fileId: string }>(by, "courses.addAnnouncementFile", { courseId, uploadId });
      fileIds.push(added.fileId);
    }
    const { announcementId } = await call<{ announcementId: string }>(by, "courses.postAnnouncement", {
      ...{ courseId, title, body, pinned, fileIds },
      ...(inDays === undefined ? {} : { publishAt: now + inDays * dayMs }),
    });
    for (const reader of readBy)
      await call(reader, "courses.markAnnouncementsRead", { courseId, announcementIds: [announcementId] });
  }
}

export async function seedClassQueries({ call }: DemoCalls, code: string, courseId: string): Promise<void> {
  for (const query of classQueries[code] ?? []) {
    const { by, title, body, before } = query;
    const { queryId } = await call<{ queryId: string }>(by, "queries.createQuery", {
      ...{ courseId, title: before ?? title, body: before ?? body },
      visibility: query.forClass === true ? "class" : "staff",
      anonymous: query.anonymous ?? false,
    });
    if (before !== undefined) await call(by, "queries.editQuery", { queryId, version: 1, title, body });
    for (const who of query.sameAs ?? []) await call(who, "queries.askSameQuery", { queryId });
    for (const answer of query.answers ?? []) {
      const { answers } = await call<{ answers: { answerId: string }[] }>(answer.by, "queries.answerQuery", {
        queryId,
        body: answer.body,
      });
      const answerId = answers.at(-1)?.answerId ?? "";
      if (answer.endorsedBy !== undefined)
        await call(answer.endorsedBy, "queries.endorseAnswer", { answerId });
    }
    if (query.followUp !== undefined)
      await call(by, "queries.followUpQuery", { queryId, body: query.followUp });
  }
}
