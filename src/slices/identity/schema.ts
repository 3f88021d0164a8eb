/** The nouns of identity and their limits. All instants are milliseconds UTC. */
import { z } from "zod";
import { schoolRoles } from "#kernel/actor.ts";

export const nameLengthMax = 200;
export const emailLengthMax = 254;
export const passwordLengthMin = 8;
export const passwordLengthMax = 256;
export const tokenLengthMax = 2_048;
export const deviceLengthMax = 200;
export const accessTokensPerPersonMax = 50;
export const sessionsPerPersonMax = 100;
export const accessTokenDaysMax = 365;

const instant = z.int().nonnegative();

export const idField = z.uuid().meta({ description: "An id, as another operation gave it." });

/** A name in any script; control characters would break lists and mails. */
export const nameField = z
  .string()
  .trim()
  .min(1)
  .max(nameLengthMax)
  .regex(/^\P{Cc}+$/u, "This must not contain control characters.")
  .meta({ description: `1 to ${nameLengthMax} characters, in any script.` });

export const emailField = z
  .string()
  .trim()
  .max(emailLengthMax)
  .regex(/^[^\s@]+@[^\s@]+$/u, "This must be an e-mail address, like ada@school.example.")
  .meta({ description: "An e-mail address; upper and lower case do not matter." });

/** A password as it is given to sign in; any that could ever have been set. */
export const passwordField = z.string().min(1).max(passwordLengthMax).meta({ description: "The password." });

export const newPasswordField = z
  .string()
  .min(1)
  .max(passwordLengthMax)
  .meta({ description: `At least ${passwordLengthMin} characters; common ones are refused.` });

export const tokenField = z.string().min(1).max(tokenLengthMax);

export const byMailField = z
  .boolean()
  .optional()
  .meta({ description: "Whether to send the link by mail as well. Default: no." });

export const roleField = z
  .enum(schoolRoles)
  .meta({ id: "SchoolRole", description: "A role in the whole school." });
export const rolesField = z
  .array(roleField)
  .min(1)
  .max(3)
  .meta({ description: "One or more of admin, instructor, student." });
const scopeField = z
  .enum(["full", "student", "faculty"])
  .meta({ id: "SessionScope", description: "How much of the account's rights the session carries." });

export const School = z
  .object({
    name: z.string().meta({ description: "Empty until the school is set up." }),
    isSetUp: z.boolean(),
    isDemo: z.boolean(),
    instructorsCreateCourses: z.boolean().meta({ description: "Whether instructors may create courses." }),
    demoAccounts: z.array(
      z
        .object({ name: z.string(), email: z.string(), roles: z.array(roleField) })
        .meta({ id: "DemoAccount" }),
    ),
    version: z.int().meta({ description: "Send it back with a change." }),
    sendsMail: z
      .boolean()
      .meta({ description: "Whether the school sends mail; if not, links are handed over." }),
    timeZone: z.string().meta({ description: "What courses go by unless they say otherwise." }),
  })
  .meta({ id: "School" });

export const Person = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roles: z.array(roleField),
    active: z.boolean(),
    hasJoined: z.boolean().meta({ description: "False until the person has set a password." }),
    addedAt: instant,
  })
  .meta({ id: "Person" });
export type Person = z.output<typeof Person>;

export const PersonDetails = Person.extend({
  version: z.int().meta({ description: "Send it back with a change." }),
  pendingEmail: z.string().nullable().meta({ description: "A new address that waits to be confirmed." }),
  mergedInto: z
    .object({ id: z.string(), name: z.string() })
    .meta({ id: "MergedInto" })
    .nullable()
    .meta({ description: "The account that this one went into." }),
  sessionsOpen: z.int(),
  lastSeenAt: instant.nullable(),
  accessTokens: z.int(),
  invitationExpiresAt: instant.nullable().meta({ description: "Null where no invitation is open." }),
  mails: z
    .array(
      z
        .object({
          kind: z.string(),
          madeAt: instant,
          sentAt: instant.nullable(),
          failedAt: instant.nullable(),
          reason: z.string().nullable().meta({ description: "Why it was given up." }),
        })
        .meta({ id: "MailToPerson" }),
    )
    .meta({ description: "The latest mails to this person." }),
}).meta({ id: "PersonDetails" });
export type PersonDetails = z.output<typeof PersonDetails>;

export const Session = z
  .object({
    id: z.string(),
    scope: scopeField,
    device: z.string().meta({ description: "What the client called itself." }),
    place: z.string().meta({ description: "The network that it was opened from." }),
    openedAt: instant,
    renewedAt: instant,
    expiresAt: instant.meta({ description: "When the token ends, unless the session is renewed before." }),
    endsAt: instant.meta({ description: "When the session ends for good." }),
  })
  .meta({ id: "Session" });
export type Session = z.output<typeof Session>;

export const AccessToken = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: scopeField,
    lastFour: z.string().meta({ description: "The last four characters of the token, to recognise it by." }),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: "AccessToken" });
export type AccessToken = z.output<typeof AccessToken>;

export const Invitation = z
  .object({ id: z.string(), personId: z.string(), expiresAt: instant })
  .meta({ id: "Invitation" });

export const TaughtCourse = z
  .object({ id: z.string(), code: z.string(), title: z.string(), term: z.string() })
  .meta({ id: "TaughtCourse" });
export type TaughtCourse = z.output<typeof TaughtCourse>;

/** What every way of signing in is given. */
export const credentialFields = {
  email: z.string().min(1).max(emailLengthMax).meta({ description: "The account's e-mail address." }),
  password: passwordField,
  deviceToken: tokenField.optional().meta({
    description:
      "The `deviceToken` of an earlier sign-in on this device: it keeps strangers' guesses from slowing you.",
  }),
};

/** What every way of signing in gives. */
export const SignedIn = z
  .object({
    session: Session,
    person: Person,
    token: z.string().meta({ description: "The bearer token of the session. Shown now and not kept." }),
    deviceToken: z
      .string()
      .meta({ description: "Keep it, and send it with the next sign-in on this device." }),
  })
  .meta({ id: "SignedIn" });
