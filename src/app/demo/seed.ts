/**
 * Makes the demo school, through the same operations that people use, so that it is always one that could have come
 * about. Run on an empty data folder only.
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import type { JsonObject } from "#base/json.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { markAsDemo, setUpToken } from "#slices/identity/api.ts";
import { courses, type DemoCourse, type PersonKey, people, schoolName, shownAccounts } from "./school.ts";
import { type DemoCalls, seedAnnouncements, seedClassQueries, seedTerms } from "./seed-talk.ts";
import { seedAssignment } from "./seed-work.ts";

const contentFolder = join(import.meta.dirname, "content");
const dayMs = 24 * 3_600_000;

export interface DemoAccount {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}

/** Makes the school with one password for all accounts; gives the accounts that the banner names. */
export async function seedDemoSchool(
  kernel: Kernel,
  options: { readonly password: string; readonly now: number; readonly progress: (line: string) => void },
): Promise<readonly DemoAccount[]> {
  const school = new Seeding(kernel, options.now);
  options.progress("people");
  await school.addPeople(options.password);
  await seedTerms(school.calls);
  for (const course of courses) {
    options.progress(course.title);
    await school.addCourse(course);
  }
  await school.addObserver();
  await school.showAccounts();
  return shownAccounts.map((key) => people[key]);
}

interface Member {
  readonly personId: string;
  readonly token: string;
}

interface SignedIn {
  readonly person: { readonly id: string };
  readonly token: string;
}

class Seeding {
  readonly #kernel: Kernel;
  readonly #now: number;
  readonly #members = new Map<PersonKey, Member>();
  #requests = 0;

  constructor(kernel: Kernel, now: number) {
    this.#kernel = kernel;
    this.#now = now;
  }

  async addPeople(password: string): Promise<void> {
    const { name, email } = people.rowan;
    const token = await setUpToken(this.#kernel.services.tokens, this.#now);
    const admin = await this.#call<SignedIn>(null, "identity.setUpSchool", {
      setUpToken: token,
      schoolName,
      name,
      email,
      password,
    });
    this.#members.set("rowan", { personId: admin.person.id, token: admin.token });
    for (const [key, person] of Object.entries(people) as [PersonKey, (typeof people)[PersonKey]][]) {
      if (key === "rowan") continue;
      const { invitationLink } = await this.#call<{ invitationLink: string }>(
        admin.token,
        "identity.addPerson",
        {
          name: person.name,
          email: person.email,
          roles: [...person.roles],
        },
      );
      const joined = await this.#call<SignedIn>(null, "identity.acceptInvitation", {
        invitationToken: invitationLink,
        password,
      });
      this.#members.set(key, { personId: joined.person.id, token: joined.token });
    }
  }

  async addCourse(course: DemoCourse): Promise<void> {
    const teacher = this.#token(course.instructor);
    const { code, title, term, summary } = course;
    const { courseId } = await this.#call<{ courseId: string }>(teacher, "courses.createCourse", {
      code,
      title,
      term,
      summary,
    });
    const enrol = (who: PersonKey, role: string) =>
      this.#call(teacher, "courses.enrolPerson", { courseId, email: people[who].email, role });
    if (course.assistant !== undefined) await enrol(course.assistant, "teaching_assistant");
    for (const student of course.students) await enrol(student, "student");
    await this.#addTimetable(teacher, courseId, 9 + 3 * courses.indexOf(course));
    const moduleIds = await this.#addModules(course, courseId);
    const materialIds: string[] = [];
    for (const material of course.materials)
      materialIds.push(await this.#addMaterial(course, { courseId, moduleIds, materialIds }, material));
    for (const { module, ...link } of course.links ?? [])
      await this.#call(teacher, "materials.addLink", {
        ...link,
        ...{ courseId, moduleId: moduleIds.get(module) ?? null, published: true },
      });
    const assignmentIds = new Map<string, string>();
    for (const assignment of course.assignments)
      assignmentIds.set(assignment.title, await seedAssignment(this.calls, course, courseId, assignment));
    await this.#placeAssignments(course, { courseId, moduleIds, assignmentIds });
    for (const { by, material, page, finished } of course.readings)
      await this.#call(this.#token(by), "materials.recordReading", {
        ...{ materialId: materialIds[material] ?? "", place: page, finished },
      });
    for (const query of course.queries) await this.#addQuery(course, courseId, materialIds, query);
    await seedAnnouncements(this.calls, code, courseId);
    await seedClassQueries(this.calls, code, courseId);
  }

  /** Mira's father sees how she is doing, by a code that she gave him. */
  async addObserver(): Promise<void> {
    const { code } = await this.#call<{ code: string }>(
      this.#token("mira"),
      "observers.createPairingCode",
      {},
    );
    await this.#call(this.#token("kofi"), "observers.redeemPairingCode", { code });
  }

  /** How the other parts of the demo are made. */
  get calls(): DemoCalls {
    return {
      now: this.#now,
      call: (who, operation, input) => this.#call(this.#token(who), operation, input),
      upload: (who, file, fileName) => this.#upload(who, file, fileName),
    };
  }

  /** Last, because from then on the sign-in page offers the accounts. */
  async showAccounts(): Promise<void> {
    const ids = shownAccounts.map((key) => this.#member(key).personId);
    await this.#kernel.store.write((tx) => markAsDemo(tx.database, ids));
  }

  /** A lecture each week from the next Monday on, and lab groups with everybody in one. */
  async #addTimetable(teacher: string, courseId: string, hour: number): Promise<void> {
    // The first day of 1970 was a Thursday, four days before a Monday.
    const today = Math.floor(this.#now / dayMs);
    const monday = today + 7 - ((today - 4) % 7);
    const startsAt = monday * dayMs + hour * 3_600_000;
    await this.#call(teacher, "calendar.createEvent", {
      courseId,
      title: "Lecture",
      place: "Room 204",
      startsAt,
      endsAt: startsAt + 90 * 60_000,
      weeks: 10,
    });
    const { groupSetId } = await this.#call<{ groupSetId: string }>(teacher, "courses.createGroupSet", {
      courseId,
      name: "Lab groups",
      groupCount: 2,
      signUp: true,
    });
    await this.#call(teacher, "courses.distributeGroupMembers", { groupSetId, seed: 7 });
  }

  /** The modules of the outline, by their titles. */
  async #addModules(course: DemoCourse, courseId: string): Promise<ReadonlyMap<string | undefined, string>> {
    const moduleIds = new Map<string | undefined, string>();
    for (const { title, published } of course.modules ?? []) {
      const { moduleId } = await this.#call<{ moduleId: string }>(
        this.#token(course.instructor),
        "courses.createModule",
        { courseId, title, published },
      );
      moduleIds.set(title, moduleId);
    }
    return moduleIds;
  }

  async #placeAssignments(
    course: DemoCourse,
    {
      courseId,
      moduleIds,
      assignmentIds,
    }: {
      readonly courseId: string;
      readonly moduleIds: ReadonlyMap<string | undefined, string>;
      readonly assignmentIds: ReadonlyMap<string, string>;
    },
  ): Promise<void> {
    const placed = (course.modules ?? []).flatMap(({ title, assignments = [] }) =>
      assignments.map((name) => ({ moduleId: moduleIds.get(title) ?? null, name })),
    );
    if (placed.length === 0) return;
    // Contents hear of assignments from the feed.
    await this.#kernel.settle();
    for (const { moduleId, name } of placed)
      await this.#call(this.#token(course.instructor), "materials.placeAssignment", {
        ...{ courseId, moduleId, assignmentId: assignmentIds.get(name) ?? "" },
      });
  }

  async #addMaterial(
    course: DemoCourse,
    {
      courseId,
      moduleIds,
      materialIds,
    }: {
      readonly courseId: string;
      readonly moduleIds: ReadonlyMap<string | undefined, string>;
      /** Of the materials before it. */
      readonly materialIds: readonly string[];
    },
    material: DemoCourse["materials"][number],
  ): Promise<string> {
    const teacher = this.#token(course.instructor);
    const moduleId = moduleIds.get(material.module) ?? null;
    const uploadId = await this.#upload(course.instructor, material.file, basename(material.file));
    const { title, description, published, captions, after } = material;
    const input = { courseId, moduleId, title, description, published, uploadId };
    const { materialId, version } = await this.#call<{ materialId: string; version: number }>(
      teacher,
      "materials.courseMaterialUpload",
      input,
    );
    if (captions !== undefined)
      await this.#call(teacher, "materials.addCaptions", {
        ...{ materialId, language: captions.language, label: captions.label },
        uploadId: await this.#upload(course.instructor, captions.file, basename(captions.file)),
      });
    if (after !== undefined)
      await this.#call(teacher, "materials.setMaterialRelease", {
        ...{ materialId, version, after: [{ kind: "material", id: materialIds[after] ?? "" }] },
      });
    return materialId;
  }

  async #addQuery(
    course: DemoCourse,
    courseId: string,
    materialIds: readonly string[],
    query: DemoCourse["queries"][number],
  ): Promise<void> {
    const { title, body, material, page } = query;
    const about = material === undefined ? {} : { materialId: materialIds[material] ?? "", page: page ?? 1 };
    const { queryId } = await this.#call<{ queryId: string }>(this.#token(query.by), "queries.createQuery", {
      courseId,
      title,
      body,
      ...about,
    });
    if (query.answer !== undefined)
      await this.#call(this.#token(course.instructor), "queries.answerQuery", {
        queryId,
        body: query.answer,
      });
  }

  async #upload(by: PersonKey, file: string, fileName: string): Promise<string> {
    const bytes = await readFile(join(contentFolder, file));
    const { blobs } = this.#kernel.services;
    const owner = `person:${this.#member(by).personId}`;
    const upload = await blobs.beginUpload({ owner, fileName, bytesExpected: bytes.length });
    await blobs.appendToUpload(upload.id, 0, Readable.from([bytes]));
    return upload.id;
  }

  async #call<Output = unknown>(token: string | null, operation: string, input: JsonObject): Promise<Output> {
    const { output } = await this.#kernel.call({
      operation,
      input,
      token,
      idempotencyKey: null,
      atLeast: null,
      requestId: `demo-${++this.#requests}`,
      origin: { door: "internal", address: null, agent: "demo school" },
    });
    return output as Output;
  }

  #token(key: PersonKey): string {
    return this.#member(key).token;
  }

  #member(key: PersonKey): Member {
    const member = this.#members.get(key);
    if (member === undefined) throw new Error(`${key} is not in the demo school yet`);
    return member;
  }
}
