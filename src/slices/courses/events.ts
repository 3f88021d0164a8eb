/** What has happened to courses and enrolments, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

export const courseCreated = eventType<{ courseId: string }>("course.created");
export const courseUpdated = eventType<{ courseId: string }>("course.updated");
/** Published, made a draft, archived, reopened, put into the trash or taken out of it: whoever cares looks at it. */
export const courseStateChanged = eventType<{ courseId: string }>("course.state_changed");
/** A copy of another course has come into being, whole, with everything that was chosen. */
export const courseCopied = eventType<{ courseId: string; sourceId: string }>("course.copied");
/** A course was deleted for good, with everything in it. */
export const courseDeleted = eventType<{ courseId: string }>("course.deleted");
/** Sections or modules were added, changed, moved, removed or restored. */
export const outlineChanged = eventType<{ courseId: string }>("course.outline_changed");
export const joinCodeRenewed = eventType<{ courseId: string }>("join_code.renewed");

/** The join code was switched off, or on again. */
export const joinCodeSwitched = eventType<{ courseId: string }>("join_code.switched");
type LinkFacts = { linkId: string; courseId: string };
export const courseLinkCreated = eventType<LinkFacts>("course_link.created");
export const courseLinkRevoked = eventType<LinkFacts>("course_link.revoked");
type ImportFacts = { importId: string; courseId: string };
/** A file of members was applied to its end. */
export const rosterImported = eventType<ImportFacts>("roster.imported");

type EnrolmentFacts = { enrolmentId: string; courseId: string; personId: string };
/** Somebody came into a course, for the first time or again. */
export const enrolmentStarted = eventType<EnrolmentFacts & { role: string; origin: string }>(
  "enrolment.started",
);
export const enrolmentRoleChanged = eventType<EnrolmentFacts & { role: string }>("enrolment.role_changed");
type AnnouncementFacts = { announcementId: string; courseId: string };
export const announcementPosted = eventType<AnnouncementFacts & { postedBy: string }>("announcement.posted");
/** Written, to be posted later; only those who teach see it. */
export const announcementScheduled = eventType<AnnouncementFacts>("announcement.scheduled");
/** Its text, its files, its place or its time is another. */
export const announcementUpdated = eventType<AnnouncementFacts>("announcement.updated");
export const announcementRemoved = eventType<AnnouncementFacts>("announcement.removed");
export const announcementRestored = eventType<AnnouncementFacts>("announcement.restored");
/** Somebody lost access to a course; what they did in it stays. */
export const enrolmentEnded = eventType<EnrolmentFacts>("enrolment.ended");

type GroupFacts = { groupId: string; groupSetId: string; courseId: string; personId: string };
/** Somebody came into a group; whoever was in another one of its set has left that before. */
export const groupJoined = eventType<GroupFacts>("group.joined");
export const groupLeft = eventType<GroupFacts>("group.left");
export const groupRemoved = eventType<{ groupId: string; groupSetId: string; courseId: string }>(
  "group.removed",
);
type GroupSetFacts = { groupSetId: string; courseId: string };
export const groupSetCreated = eventType<GroupSetFacts>("group_set.created");
export const groupSetUpdated = eventType<GroupSetFacts>("group_set.updated");
export const groupSetRemoved = eventType<GroupSetFacts>("group_set.removed");
export const groupSetRestored = eventType<GroupSetFacts>("group_set.restored");
