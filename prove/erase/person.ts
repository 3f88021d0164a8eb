/** A person who has left something in every slice, each thing with words that stand nowhere else. */
import { Readable } from "node:stream";
import { assert } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { schoolClient } from "../../src/app/cluster/school-client.ts";
import type { ClusterMember, TestCluster } from "../../src/app/testing/test-cluster.ts";

type Ask = <Output = JsonObject>(operation: string, input: JsonObject) => Promise<Output>;
type Client = { readonly id: string; readonly ask: Ask };

export interface LeftBehind {
  readonly id: string;
  readonly email: string;
  /** Each stands in what is the person's; none may be found once they are erased. */
  readonly words: readonly string[];
  /** A file that somebody else handed in as well: it stays. */
  readonly sharedFile: string;
}

/** Lets somebody live in the school. `mark` is what all of their words have in common. */
export async function liveInSchool(cluster: TestCluster, mark: string): Promise<LeftBehind> {
  const leader = leaderOf(cluster);
  const urls = [leader.addresses.http.url] as const;
  const admin: Ask = (operation, input) => answer(cluster.admin([leader]), operation, input);
  const name = `Quillón “${mark}” O'Hara\\Xu`;
  const email = `${mark}@erase.example`;
  const join = async (person: { name: string; email: string; roles: string[] }): Promise<Client> => {
    const { invitationLink } = await admin<{ invitationLink: string }>("identity.addPerson", person);
    const nobody = schoolClient(urls, null);
    const signedIn = await answer<{ token: string; person: { id: string } }>(
      nobody,
      "identity.acceptInvitation",
      { invitationToken: invitationLink, password: "seven quiet otters" },
    );
    const client = schoolClient(urls, signedIn.token);
    return { id: signedIn.person.id, ask: (operation, input) => answer(client, operation, input) };
  };
  const person = await join({ name, email, roles: ["student", "instructor"] });
  const teacher = await join({ name: "Tove", email: "tove@erase.example", roles: ["instructor"] });
  const mate = await join({ name: "Mato", email: "mato@erase.example", roles: ["student"] });
  const upload = (by: Client, fileName: string, text: string) => sendFile(leader, by.id, fileName, text);
  const said = (what: string) => `${what} ${mark}.`;

  // Without a mail server this mail, with name and address, lies in the outbox of the node that leads.
  await answer(schoolClient(urls, null), "identity.requestPasswordReset", { email });
  await person.ask("identity.createAccessToken", { name: `Token ${mark}` });
  await person.ask("identity.setTimeZone", { timeZone: "Pacific/Chatham" });
  await person.ask("calendar.openFeed", {});
  await person.ask("assignments.saveGradingComment", { text: said("Well done,") });

  const course = async (by: Client, code: string) =>
    String((await by.ask("courses.createCourse", { code, term: "Erasing", title: code })).courseId);
  const own = await course(person, "OWN");
  const taught = await course(teacher, "TAUGHT");
  const enrol = (by: Client, courseId: string, address: string, role: string) =>
    by.ask("courses.enrolPerson", { courseId, email: address, role });
  await enrol(teacher, taught, email, "student");
  await enrol(teacher, taught, "mato@erase.example", "student");
  await enrol(person, own, "mato@erase.example", "student");
  for (const [by, courseId] of [
    [person, own],
    [teacher, taught],
  ] as const)
    await by.ask("courses.postAnnouncement", { courseId, title: "Welcome" });

  // What they taught with stays; only who made it is forgotten, and what they were just writing.
  const page = await person.ask("materials.createPage", { courseId: own, title: "A page", published: true });
  await person.ask("materials.savePageDraft", {
    ...{ materialId: String(page.materialId), baseRevision: 1, text: said("Half a page by") },
  });
  const read = await teacher.ask("materials.createPage", {
    courseId: taught,
    title: "To read",
    published: true,
  });
  await person.ask("materials.recordReading", { materialId: String(read.materialId), place: null });

  const assignment = async (title: string, more: JsonObject = {}) => {
    const made = { courseId: taught, title, pointsMax: 10, dueAt: null, published: true, ...more };
    return String((await teacher.ask("assignments.createAssignment", made)).assignmentId);
  };
  const essay = await assignment("Essay");
  const later = await assignment("Later", { acceptsText: true });
  await teacher.ask("assignments.updateGrading", { assignmentId: essay, version: 0, appealDays: 7 });
  await teacher.ask("assignments.grantExtension", {
    ...{ assignmentId: essay, studentId: person.id, extraAttempts: 1, reason: said("Ill:") },
  });
  const sharedText = "Everybody hands this in, word for word.";
  await person.ask("assignments.saveDraft", { assignmentId: later, text: said("A draft by"), version: 0 });
  await person.ask("assignments.addDraftFile", {
    assignmentId: later,
    uploadId: await upload(person, `draft ${mark}.txt`, said("The draft of")),
  });
  await person.ask("assignments.submitAssignment", {
    assignmentId: later,
    uploadId: await upload(person, `${mark} shared.txt`, sharedText),
  });
  await mate.ask("assignments.submitAssignment", {
    assignmentId: later,
    uploadId: await upload(mate, "shared.txt", sharedText),
  });
  const handedIn = await person.ask("assignments.submitAssignment", {
    assignmentId: essay,
    uploadId: await upload(person, `essay ${mark}.txt`, said("An essay by")),
  });
  const submissionId = String(handedIn.submissionId);
  await teacher.ask("assignments.addFeedbackFile", {
    submissionId,
    uploadId: await upload(teacher, `to ${mark}.txt`, said("Dear")),
  });
  await teacher.ask("assignments.gradeSubmission", {
    ...{ submissionId, points: 7, version: 1, feedback: said("Fine,") },
  });
  await teacher.ask("assignments.releaseGrades", { assignmentId: essay });
  await untilOpen(() => person.ask("assignments.openAppeal", { submissionId, reason: said("I differ:") }));
  const { columnId } = await teacher.ask("grades.addGradeColumn", {
    ...{ courseId: taught, title: "Oral", pointsMax: 10 },
  });
  await teacher.ask("grades.setGradeCells", {
    ...{ courseId: taught, reason: said("Spoke well:") },
    cells: [{ columnId: String(columnId), studentId: person.id, version: 1, points: 9, excused: false }],
  });

  const attachment = await person.ask("queries.addAttachment", {
    courseId: taught,
    uploadId: await upload(person, `photo ${mark}.txt`, said("A picture of")),
  });
  const query = await person.ask("queries.createQuery", {
    ...{ courseId: taught, title: said("Why,"), body: said("I wonder,"), visibility: "class" },
    attachmentIds: [String(attachment.attachmentId)],
  });
  const queryId = String(query.queryId);
  await person.ask("queries.editQuery", { queryId, version: 1, body: said("I still wonder,") });
  await teacher.ask("queries.answerQuery", { queryId, body: "Because it is." });
  await person.ask("queries.followUpQuery", { queryId, body: said("And then,") });
  const other = await mate.ask("queries.createQuery", {
    ...{ courseId: taught, title: "When?", body: "When is it?", visibility: "class" },
  });
  await person.ask("queries.answerQuery", { queryId: String(other.queryId), body: said("Soon, says") });
  await mate.ask("queries.getQuery", { queryId });

  const rows = `name,email,roles\n"${name}",${email},student\nMato,mato@erase.example,student\n`;
  const adminId = (await admin<{ person: { id: string } }>("identity.whoAmI", {})).person.id;
  await admin("identity.uploadPeopleImport", {
    uploadId: await sendFile(leader, adminId, "people.csv", rows),
  });
  const { version } = await admin<{ version: number }>("identity.getPerson", { personId: person.id });
  await admin("identity.updatePerson", { personId: person.id, version, email: `new-${email}` });
  // Without a mail server a new address counts at once.
  return { id: person.id, email: `new-${email}`, words: [mark], sharedFile: sharedText };
}

/** Erases them as an admin does; gives the report. */
export async function erase(cluster: TestCluster, person: LeftBehind): Promise<JsonObject> {
  const leader = leaderOf(cluster);
  const admin: Ask = (operation, input) => answer(cluster.admin([leader]), operation, input);
  await admin("identity.setPersonActive", { personId: person.id, active: false });
  const { id: erasureId } = await admin<{ id: string }>("identity.previewErasure", { personId: person.id });
  const at = (state: string) => untilState(admin, erasureId, state);
  await at("ready");
  await admin("identity.erasePerson", { erasureId, confirmEmail: person.email });
  return at("done");
}

export function leaderOf({ members }: TestCluster): ClusterMember {
  const leader = members.find(({ node }) => {
    const view = node.kernel.store.cluster?.view();
    return view !== undefined && view.leaderId === view.selfId;
  });
  assert(leader !== undefined, "one of the nodes leads");
  return leader;
}

async function answer<Output>(
  client: (operation: string, input: JsonObject) => Promise<JsonValue>,
  operation: string,
  input: JsonObject,
): Promise<Output> {
  return (await client(operation, input)) as Output;
}

async function sendFile({ node }: ClusterMember, owner: string, fileName: string, text: string) {
  const { blobs } = node.kernel.services;
  const bytes = Buffer.from(text);
  const { id } = await blobs.beginUpload({ owner: `person:${owner}`, fileName, bytesExpected: bytes.length });
  await blobs.appendToUpload(id, 0, Readable.from([bytes]));
  return id;
}

async function untilState(admin: Ask, erasureId: string, state: string): Promise<JsonObject> {
  for (let tries = 0; tries < 400; tries++) {
    const erasure = await admin("identity.getErasure", { erasureId });
    if (erasure.state === state) return erasure;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the erasure never came to be ${state}`);
}

/** A release is a job: what depends on it is tried until it is there. */
async function untilOpen(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
