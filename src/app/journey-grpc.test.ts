/**
 * The whole journey over gRPC: a real @grpc/grpc-js client with only the committed `.proto` files, a real node, and a
 * PDF of more than 20 MB.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { present } from "#base/assert.ts";
import { connect, type GrpcClient, type Message } from "#doors/grpc/test-client.ts";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";
import { adminEmail, openTestNode, password, type TestNode } from "./testing/test-node.ts";
import { protoFolder } from "./write.ts";

const pdf = samplePdf(12, 1_800_000);
const pdfSha256 = createHash("sha256").update(pdf).digest("hex");
const chunkBytes = 512 * 1024;

let opened: TestNode;
let client: GrpcClient;

before(async () => {
  opened = await openTestNode();
  const { host, port } = opened.addresses.grpc;
  const files = ["auth", "courses", "materials", "assignments", "queries"].map(
    (name) => `lyceum/v1/${name}_service.proto`,
  );
  client = connect(protoFolder, `${host}:${port}`, credentials.createInsecure(), files);
});

after(async () => {
  client.close();
  await opened.close();
});

/** Somebody with a session: calls go out with the token, and with the position that the last answer gave. */
class Caller {
  readonly #token: string | null;
  #position: string | null = null;

  constructor(token: string | null) {
    this.#token = token;
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    if (this.#token !== null) metadata.set("authorization", `Bearer ${this.#token}`);
    if (this.#position !== null) metadata.set("lyceum-position", this.#position);
    return metadata;
  }

  async call(service: string, method: string, input: object = {}): Promise<Message> {
    const { message, metadata } = await client.unary(`lyceum.v1.${service}`, method, input, this.#metadata());
    this.#position = String(metadata.get("lyceum-position")[0]);
    return message;
  }

  async upload(service: string, method: string, start: object, bytes: Buffer): Promise<Message> {
    const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) => ({
      chunk: bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
    }));
    return (await client.upload(`lyceum.v1.${service}`, method, [{ start }, ...chunks], this.#metadata()))
      .message;
  }

  stream(service: string, method: string, input: object): Promise<Message[]> {
    return client.download(`lyceum.v1.${service}`, method, input, this.#metadata());
  }
}

async function codeOf(promise: Promise<unknown>): Promise<number> {
  return promise.then(
    () => 0,
    (error: ServiceError) => error.code,
  );
}

test("from the school's set-up to the grade that the student sees", { timeout: 120_000 }, async () => {
  const nobody = new Caller(null);
  const setUp = await nobody.call("AuthService", "SetUpSchool", {
    setUpToken: await opened.setUpToken(),
    schoolName: "A school",
    name: "Rowan",
    email: adminEmail,
    password,
  });
  const admin = new Caller(String(setUp.token));
  for (const [name, role] of [
    ["ines", "INSTRUCTOR"],
    ["mira", "STUDENT"],
    ["ben", "STUDENT"],
  ] as const) {
    const email = `${name}@school.test`;
    const { invitationLink } = await admin.call("AuthService", "AddPerson", {
      name,
      email,
      roles: [`SCHOOL_ROLE_${role}`],
    });
    await nobody.call("AuthService", "AcceptInvitation", { invitationToken: invitationLink, password });
  }
  assert.equal(
    await codeOf(nobody.call("AuthService", "FacultyLogin", { email: "mira@school.test", password })),
    7,
  );
  const faculty = await nobody.call("AuthService", "FacultyLogin", { email: "ines@school.test", password });
  assert.deepEqual(faculty.courses, []);
  const ines = new Caller(String(faculty.token));

  const course = await ines.call("CoursesService", "CreateCourse", {
    code: "SKY-101",
    term: "Autumn 2026",
    title: "The Sky",
  });
  const { courseId } = course;
  const material = await ines.upload(
    "MaterialsService",
    "CourseMaterialUpload",
    {
      courseId,
      title: "Chapter one",
      published: true,
      fileName: "chapter-one.pdf",
      bytesExpected: pdf.length,
      sha256: pdfSha256,
    },
    pdf,
  );
  assert.equal(material.pages, 12);
  const draft = await ines.upload(
    "MaterialsService",
    "CourseMaterialUpload",
    { courseId, title: "Draft", published: false, fileName: "d.pdf" },
    samplePdf(1),
  );

  const mira = new Caller(
    String((await nobody.call("AuthService", "StudentLogin", { email: "mira@school.test", password })).token),
  );
  const who = await mira.call("AuthService", "WhoAmI");
  assert.deepEqual(who.roles, ["SCHOOL_ROLE_STUDENT"]);
  const studentId = String((who.person as { id: string }).id);
  assert.equal(await codeOf(mira.call("MaterialsService", "GetCourseContents", { courseId })), 5);
  await mira.call("CoursesService", "JoinCourse", { joinCode: course.joinCode });
  const contents = await mira.call("MaterialsService", "GetCourseContents", {
    code: "SKY-101",
    term: "Autumn 2026",
  });
  assert.deepEqual(
    (contents.items as { title: string }[]).map(({ title }) => title),
    ["Chapter one"],
  );
  const read = await mira.stream("MaterialsService", "GetCourseMaterial", {
    materialId: material.materialId,
  });
  const got = createHash("sha256");
  for (const { chunk } of read.slice(1)) got.update(chunk as Buffer);
  assert.equal(got.digest("hex"), pdfSha256);
  assert.equal(
    await codeOf(mira.stream("MaterialsService", "GetCourseMaterial", { materialId: draft.materialId })),
    5,
  );

  const assignment = await ines.call("AssignmentsService", "CreateAssignment", {
    courseId,
    title: "Measure",
    instructions: "Measure it.",
    pointsMax: 10,
    published: true,
  });
  const { assignmentId } = assignment;
  const handIn = { assignmentId, fileName: "measured.pdf" };
  const pretender = mira.upload(
    "AssignmentsService",
    "SubmitAssignment",
    handIn,
    Buffer.from("no PDF at all"),
  );
  assert.ok([3, 9].includes(await codeOf(pretender)));
  const receipt = await mira.upload("AssignmentsService", "SubmitAssignment", handIn, pdf);
  assert.equal(receipt.sha256, pdfSha256);
  assert.equal(receipt.attempt, 1);

  const query = await mira.call("QueriesService", "CreateQuery", {
    courseId,
    materialId: material.materialId,
    page: 3,
    title: "Why?",
    body: "Why is the sky dark?",
  });
  const waiting = await ines.call("QueriesService", "GetQueries", { courseId, state: "QUERY_STATE_OPEN" });
  assert.equal((waiting.items as unknown[]).length, 1);
  await ines.call("QueriesService", "AnswerQuery", { queryId: query.queryId, body: "Because it is finite." });

  const [first, ...rest] = await ines.stream("AssignmentsService", "GetSubmittedAssignment", {
    assignmentId,
  });
  const { blobs } = present(first, "an answer").answer as {
    blobs: Record<string, { submissionId: string; version: number }>;
  };
  const work = blobs[studentId];
  assert.deepEqual(Object.keys(blobs), [studentId]);
  const chunks = rest.map(({ chunk }) => chunk as { key: string; data: Buffer; last: boolean });
  assert.ok(chunks.every(({ key }) => key === studentId));
  assert.equal(
    createHash("sha256")
      .update(Buffer.concat(chunks.map(({ data }) => data)))
      .digest("hex"),
    pdfSha256,
  );

  const ben = new Caller(
    String((await nobody.call("AuthService", "StudentLogin", { email: "ben@school.test", password })).token),
  );
  await ben.call("CoursesService", "JoinCourse", { joinCode: course.joinCode });
  const reach = { submissionId: work?.submissionId };
  assert.ok([5, 7].includes(await codeOf(ben.stream("AssignmentsService", "DownloadSubmission", reach))));
  assert.ok(
    [5, 7].includes(
      await codeOf(ben.stream("AssignmentsService", "GetSubmittedAssignment", { assignmentId })),
    ),
  );

  await ines.call("AssignmentsService", "GradeSubmission", {
    submissionId: work?.submissionId,
    version: work?.version,
    points: 8.5,
    feedback: "Well measured.",
  });
  assert.deepEqual((await mira.call("AssignmentsService", "GetGrades", { courseId })).items, []);
  await ines.call("AssignmentsService", "ReleaseGrades", { assignmentId });
  const grades = (await mira.call("AssignmentsService", "GetGrades", { courseId })).items as {
    grade: { points: number; feedback: string };
  }[];
  assert.deepEqual(
    grades.map(({ grade }) => [grade.points, grade.feedback]),
    [[8.5, "Well measured."]],
  );
  const answered = await mira.call("QueriesService", "GetQuery", { queryId: query.queryId });
  assert.equal((answered.answers as { body: string }[])[0]?.body, "Because it is finite.");

  await mira.call("AuthService", "Logout");
  assert.equal(await codeOf(mira.call("AuthService", "WhoAmI")), 16);
});
