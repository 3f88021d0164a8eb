/**
 * A school for tests, made quickly: rows go in directly, with one password whose hash was computed beforehand with
 * the real parameters, so that a test pays for argon2 only where it signs in.
 */

import type { Clock } from "#base/clock.ts";
import { uuidv7 } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import { type Random, seededRandom } from "#base/random.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import type { SchoolRole } from "#kernel/actor.ts";
import type { TokenSealer } from "#kernel/services.ts";
import { insertInvitation, invitationLink } from "./invitations.ts";
import { insertReset, mailedResetMs, resetLink } from "./password-resets.ts";
import { insertPerson } from "./people.ts";
import { schoolId, sealSetUp } from "./school.ts";
import { openSession, sealSession } from "./sessions.ts";
import type { IdentityTables } from "./tables.ts";

/** The password of everybody in a built school. */
export const fixturePassword = "seven quiet otters";
const fixturePasswordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$jtvxgbSF3DK02KyJ+an28jUk8XUDkkU4urnYKuJq84Y";

/** Someone in a built school, signed in. */
export interface BuiltPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly sessionId: string;
  readonly token: string;
}

export interface BuiltSchool {
  readonly admin: BuiltPerson;
  readonly instructor: BuiltPerson;
  readonly otherInstructor: BuiltPerson;
  readonly student: BuiltPerson;
  readonly otherStudent: BuiltPerson;
  readonly thirdStudent: BuiltPerson;
  /** Added, invited, not joined. */
  readonly invited: { readonly id: string; readonly email: string; readonly invitationLink: string };
  readonly setUpToken: string;
  /** Opens a new password for the third student. */
  readonly resetLink: string;
}

/** What building needs; a `TestKernel` has all of it. */
export interface SchoolGround {
  readonly kernel: { readonly store: Store };
  readonly clock: Clock;
  readonly tokens: TokenSealer;
}

/** Sets a school up with an admin, two instructors, three students and somebody invited. */
export async function buildSchool(
  ground: SchoolGround,
  random: Random = seededRandom(20_26),
): Promise<BuiltSchool> {
  const now = ground.clock.now();
  await ground.kernel.store.write(async ({ database }) => {
    await tablesOf<IdentityTables>(database)
      .insertInto("school")
      .values({
        id: schoolId,
        name: "Lindenhof School",
        instructors_create_courses: 1,
        demo: 0,
        time_zone: "Europe/Vienna",
        set_up_at: now,
        version: 1,
        two_step_required_for: "nobody",
      })
      .execute();
  });
  const person = (name: string, email: string, ...roles: SchoolRole[]) =>
    buildPerson(ground, { name, email, roles }, random);
  const admin = await person("Noor Haddad", "noor@lindenhof.example", "admin");
  const instructor = await person("Grace Hopper", "grace@lindenhof.example", "instructor");
  const otherInstructor = await person("Chidi Ọkọ", "chidi@lindenhof.example", "instructor");
  const student = await person("Ada Lovelace", "ada@lindenhof.example", "student");
  const otherStudent = await person("王小明", "xiaoming@lindenhof.example", "student");
  const thirdStudent = await person("Zoë Ångström", "zoe@lindenhof.example", "student");
  const invited = await inviteSomeone(ground, random);
  const setUpToken = await sealSetUp(ground.tokens, now);
  const reset = await kernelReset(ground, thirdStudent.id, random);
  return {
    ...{ admin, instructor, otherInstructor, student, otherStudent, thirdStudent },
    ...{ invited, setUpToken, resetLink: reset },
  };
}

/** Adds one person who has joined, with an open session. */
export async function buildPerson(
  { kernel, clock, tokens }: SchoolGround,
  person: { readonly name: string; readonly email: string; readonly roles: readonly SchoolRole[] },
  random: Random,
): Promise<BuiltPerson> {
  const now = clock.now();
  const newId = () => uuidv7(now, random);
  const id = newId();
  const { value: session } = await kernel.store.write(async ({ database }) => {
    const tx = tablesOf<IdentityTables>(database);
    await insertPerson(tx, { id, ...person, passwordHash: fixturePasswordHash }, now);
    const origin = { door: "internal", address: "192.0.2.77", agent: "fixture" } as const;
    const enqueue = () => Promise.reject(new Error("nobody has been here before"));
    return openSession({ tx, now, newId, enqueue, origin }, id, "full");
  });
  const token = await sealSession(tokens, session);
  return { id, name: person.name, email: person.email, sessionId: session.id, token };
}

async function kernelReset({ kernel, clock, tokens }: SchoolGround, personId: string, random: Random) {
  const now = clock.now();
  const newId = () => uuidv7(now, random);
  const { value: reset } = await kernel.store.write(({ database }) =>
    insertReset(
      { tx: tablesOf<IdentityTables>(database), now, newId },
      { personId, madeBy: null, holdsMs: mailedResetMs },
    ),
  );
  return resetLink({ reset }, { tokens, publicUrl: () => "http://school.test" });
}

async function inviteSomeone({ kernel, clock, tokens }: SchoolGround, random: Random) {
  const now = clock.now();
  const newId = () => uuidv7(now, random);
  const id = newId();
  const email = "guest@lindenhof.example";
  const { value: invitation } = await kernel.store.write(async ({ database }) => {
    const tx = tablesOf<IdentityTables>(database);
    await insertPerson(tx, { id, name: "Kwame Mensah", email, roles: ["student"], passwordHash: null }, now);
    return insertInvitation(tx, { id: newId(), personId: id, now });
  });
  const link = await invitationLink({ invitation }, { tokens, publicUrl: () => "http://school.test" });
  return { id, email, invitationLink: link };
}

/** A valid input of each operation, for the authorization matrix; ids of rows are the student's where it has some. */
export const matrixInputs = {
  "identity.getSchool": () => ({}),
  "identity.setUpSchool": (school) => ({
    setUpToken: school.setUpToken,
    schoolName: "Another School",
    name: "Somebody Else",
    email: "somebody@else.example",
    password: fixturePassword,
  }),
  "identity.updateSchool": () => ({ version: 1, name: "Lindenhof" }),
  "identity.signIn": (school) => ({ email: school.student.email, password: fixturePassword }),
  "identity.studentLogin": (school) => ({ email: school.student.email, password: fixturePassword }),
  "identity.facultyLogin": (school) => ({ email: school.instructor.email, password: fixturePassword }),
  "identity.logout": () => ({}),
  "identity.whoAmI": () => ({}),
  "identity.renewSession": () => ({}),
  "identity.listSessions": () => ({}),
  "identity.revokeSession": (school) => ({ sessionId: school.student.sessionId }),
  "identity.endOtherSessions": () => ({}),
  "identity.changePassword": () => ({ currentPassword: fixturePassword, newPassword: "nine loud herons" }),
  "identity.createAccessToken": () => ({ name: "Grade export" }),
  "identity.listAccessTokens": () => ({}),
  "identity.revokeAccessToken": (school) => ({ accessTokenId: school.student.id }),
  "identity.addPerson": () => ({ name: "New Person", email: "new@lindenhof.example", roles: ["student"] }),
  "identity.reissueInvitation": (school) => ({ personId: school.invited.id }),
  "identity.getInvitation": (school) => ({ invitationToken: school.invited.invitationLink }),
  "identity.acceptInvitation": (school) => ({
    invitationToken: school.invited.invitationLink,
    password: fixturePassword,
  }),
  "identity.listPeople": () => ({}),
  "identity.setPersonActive": (school) => ({ personId: school.thirdStudent.id, active: false }),
  "identity.previewMerge": (school) => ({ fromId: school.thirdStudent.id, intoId: school.student.id }),
  "identity.mergePeople": (school) => ({
    fromId: school.thirdStudent.id,
    intoId: school.student.id,
    confirmName: school.thirdStudent.name,
  }),
  "identity.getPersonMerge": (school) => ({ mergeId: school.student.id }),
  "identity.listPersonMerges": () => ({}),
  "identity.getPerson": (school) => ({ personId: school.student.id }),
  "identity.updatePerson": (school) => ({ personId: school.student.id, version: 1, name: "Ada King" }),
  "identity.confirmEmail": () => ({ confirmationToken: "none" }),
  "identity.listPersonSessions": (school) => ({ personId: school.student.id }),
  "identity.endPersonSessions": (school) => ({ personId: school.student.id }),
  "identity.uploadPeopleImport": () => ({ uploadId: "none" }),
  "identity.getPeopleImport": (school) => ({ importId: school.student.id }),
  "identity.listPeopleImports": () => ({}),
  "identity.listPeopleImportRows": (school) => ({ importId: school.student.id }),
  "identity.applyPeopleImport": (school) => ({ importId: school.student.id }),
  "identity.cancelPeopleImport": (school) => ({ importId: school.student.id }),
  "identity.getPeopleImportReport": (school) => ({ importId: school.student.id }),
  "identity.issueImportInvitations": (school) => ({ importId: school.student.id }),
  "identity.requestPasswordReset": (school) => ({ email: school.student.email }),
  "identity.createPasswordReset": (school) => ({ personId: school.student.id }),
  "identity.getPasswordReset": (school) => ({ resetToken: school.resetLink }),
  "identity.resetPassword": (school) => ({ resetToken: school.resetLink, password: "nine loud herons" }),
  "identity.exportPerson": (school) => ({ personId: school.student.id }),
  "identity.getPersonExport": (school) => ({ exportId: school.student.id }),
  "identity.previewErasure": (school) => ({ personId: school.otherStudent.id }),
  "identity.erasePerson": (school) => ({
    erasureId: school.student.id,
    confirmEmail: school.student.email,
  }),
  "identity.getErasure": (school) => ({ erasureId: school.student.id }),
  "identity.listErasures": () => ({}),
  "identity.setTimeZone": () => ({ timeZone: "Europe/Vienna" }),
  "identity.rotateKeys": () => ({}),
  "identity.completeSignIn": () => ({ challengeToken: "any", code: "123456" }),
  "identity.beginPasskeySignIn": () => ({}),
  "identity.beginRequiredTotp": () => ({ challengeToken: "any" }),
  "identity.getSignInMethods": () => ({}),
  "identity.beginTotp": () => ({ currentPassword: fixturePassword }),
  "identity.confirmTotp": (school) => ({ enrolmentId: school.student.id, code: "123456" }),
  "identity.removeTotp": () => ({ currentPassword: fixturePassword }),
  "identity.renewRecoveryCodes": () => ({ currentPassword: fixturePassword }),
  "identity.beginPasskey": () => ({ currentPassword: fixturePassword }),
  "identity.addPasskey": (school) => ({
    challengeId: school.student.id,
    name: "Laptop",
    made: { credentialId: "AAAA", clientDataJson: "AAAA", attestationObject: "AAAA", transports: [] },
  }),
  "identity.removePasskey": (school) => ({
    passkeyId: school.student.id,
    currentPassword: fixturePassword,
  }),
  "identity.resetTwoStep": (school) => ({ personId: school.student.id }),
  "identity.viewAs": (school) => ({ personId: school.student.id }),
  "identity.endView": () => ({}),
} as const satisfies Readonly<Record<string, (school: BuiltSchool) => JsonObject>>;
