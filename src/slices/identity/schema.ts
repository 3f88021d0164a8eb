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
export const passkeysPerPersonMax = 20;
export const recoveryCodesPerSet = 10;

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

export const twoStepRequirementField = z.enum(["nobody", "admins", "teachers"]).meta({
  id: "TwoStepRequirement",
  description: "Who may not sign in without a second step; teachers means all who teach, and admins.",
});

export const School = z
  .object({
    name: z.string().meta({ description: "Empty until the school is set up." }),
    isSetUp: z.boolean(),
    isDemo: z.boolean(),
    instructorsCreateCourses: z.boolean().meta({ description: "Whether instructors may create courses." }),
    twoStepRequiredFor: twoStepRequirementField,
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
    mergedIntoId: z
      .string()
      .nullable()
      .meta({ description: "The account of the same person that this one was merged into; null otherwise." }),
  })
  .meta({ id: "Person" });
export type Person = z.output<typeof Person>;

export const PersonDetails = Person.extend({
  version: z.int().meta({ description: "Send it back with a change." }),
  pendingEmail: z.string().nullable().meta({ description: "A new address that waits to be confirmed." }),
  sessionsOpen: z.int(),
  lastSeenAt: instant.nullable(),
  accessTokens: z.int(),
  hasApp: z.boolean().meta({ description: "Whether an app shows codes for the account." }),
  passkeys: z.int(),
  recoveryCodesLeft: z.int(),
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
    seenAt: instant
      .nullable()
      .meta({ description: "When it was last used, to within ten minutes; null until that is first noted." }),
    isNewDevice: z
      .boolean()
      .meta({ description: "Whether the account had not been seen on this device before." }),
    signedInBy: z
      .enum(["password", "totp", "recovery_code", "passkey", "invitation"])
      .meta({ id: "SignedInBy", description: "The last proof that was given." }),
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
    seenAt: instant
      .nullable()
      .meta({ description: "When it was last used, to within ten minutes; null until that is first noted." }),
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

export const RecoveryCodes = z
  .object({
    recoverySetId: z.string(),
    recoveryCodes: z
      .array(z.string())
      .meta({ description: "Each lets you in once. Shown now and not kept." }),
  })
  .meta({ id: "RecoveryCodes" });

/** What a passkey is asked to sign, and which may answer. */
export const PasskeyRequest = z
  .object({
    nonce: z.string().meta({ description: "The WebAuthn challenge, in base64url." }),
    rpId: z.string().meta({ description: "The domain that the passkeys are for." }),
    credentialIds: z.array(z.string()).meta({ description: "Empty: any passkey of this school." }),
  })
  .meta({ id: "PasskeyRequest" });

export const SecondStep = z
  .object({
    challengeId: z.string(),
    expiresAt: instant.meta({ description: "After this one signs in from the beginning." }),
    methods: z.array(z.enum(["totp", "recovery_code", "passkey"]).meta({ id: "SecondStepMethod" })),
    mustEnrol: z.boolean().meta({
      description: "The school requires a second step and there is none yet: go on with beginRequiredTotp.",
    }),
    passkey: PasskeyRequest.nullable(),
  })
  .meta({ id: "SecondStep" });
export type SecondStep = z.output<typeof SecondStep>;

/** What every way of signing in gives: a session, or the second step that is due before there is one. */
export const SignedIn = z
  .object({
    session: Session.nullable().meta({ description: "Null while a second step is due." }),
    person: Person.nullable().meta({ description: "Null while a second step is due." }),
    token: z.string().meta({
      description:
        "The bearer token of the session. Shown now and not kept. Empty while a second step is due.",
    }),
    deviceToken: z.string().meta({
      description:
        "Keep it, and send it with the next sign-in on this device. Empty while a second step is due.",
    }),
    secondStep: SecondStep.nullable().meta({ description: "What is due yet; null when signed in." }),
    challengeToken: z
      .string()
      .nullable()
      .meta({ description: "Send it to completeSignIn with the answer. Null when signed in." }),
  })
  .meta({ id: "SignedIn" });
