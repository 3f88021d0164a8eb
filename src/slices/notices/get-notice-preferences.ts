/** How somebody wants to be told. */
import { z } from "zod";
import { personOf, signedIn } from "#kernel/policy.ts";
import { NoticePreferences } from "./schema.ts";
import { operation } from "./tables.ts";
import { preferencesOf } from "./wishes.ts";

/** What holds for the caller, said or usual. */
export const getNoticePreferences = operation({
  name: "notices.getNoticePreferences",
  summary: "Says which notices reach you by mail, and when.",
  kind: "read",
  input: z.strictObject({}),
  output: NoticePreferences,
  policy: signedIn,
  underView: "closed",
  handle: ({ actor, db }) => preferencesOf(db, personOf(actor).personId),
});
