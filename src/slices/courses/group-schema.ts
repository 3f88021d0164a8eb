/** What groups say on the wire: their nouns, the fields of their inputs, and every limit on them. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "./schema.ts";

/** Sets of groups in one course, without removed ones. */
export const groupSetsMax = 20;
/** Groups in one set, without removed ones. */
export const groupsMax = 1_000;
/** Groups that one call makes. */
export const groupsPerCallMax = 200;
/** People in one group, whatever its set says. */
export const groupMembersMax = 150;
export const groupNameLengthMax = 80;
/** People whom one call of `distributeGroupMembers` places; it says whether there are more. */
export const placementsPerCallMax = 200;

export const groupSetIdField = idField("the set of groups");
export const groupIdField = idField("the group");
export const groupSetNameField = lineField(groupNameLengthMax, "What the set is for: Lab groups.");
export const groupNameField = lineField(groupNameLengthMax, "The group's name, unique in its set.");
export const groupCountField = z
  .int()
  .min(0)
  .max(groupsPerCallMax)
  .meta({ description: `How many groups to make, at most ${groupsPerCallMax} at a time.` });
export const groupSizeField = z
  .int()
  .min(1)
  .max(groupMembersMax)
  .nullable()
  .meta({
    description: `How many may be in one group, for sign-up and for distribution; null for up to ${groupMembersMax}.`,
  });
export const signUpField = z
  .boolean()
  .meta({ description: "Whether students choose their groups themselves." });
export const signUpUntilField = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .nullable()
  .meta({ description: "Until when they may, milliseconds UTC; null for no end." });

/** A group as other nouns name it. */
export const GroupName = z.object({ groupId: z.string(), name: z.string() }).meta({ id: "GroupName" });
export type GroupName = z.output<typeof GroupName>;

export const GroupSet = z
  .object({
    groupSetId: z.string(),
    courseId: z.string(),
    name: z.string(),
    sizeMax: z.int().nullable(),
    signUp: z.boolean(),
    signUpUntil: z.int().nullable().meta({ description: "Milliseconds UTC; null for no end." }),
    signUpOpen: z.boolean().meta({ description: "Whether students may choose a group at this moment." }),
    groupCount: z.int(),
    memberCount: z.int().meta({ description: "How many people are in one of its groups." }),
    studentCount: z.int().meta({ description: "How many students the course has." }),
    myGroup: GroupName.nullable().meta({ description: "The group of the set that you are in." }),
    removedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was removed." }),
    version: z.int(),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "GroupSet" });
export type GroupSet = z.output<typeof GroupSet>;

export const Group = z
  .object({
    groupId: z.string(),
    groupSetId: z.string(),
    name: z.string(),
    memberCount: z.int(),
    isMine: z.boolean(),
    members: z.array(PersonName).meta({
      description: "Who is in it: for those who teach, and for its own members; otherwise empty.",
    }),
  })
  .meta({ id: "Group" });
export type Group = z.output<typeof Group>;
