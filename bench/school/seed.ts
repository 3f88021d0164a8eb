/**
 * `npm run seed`: a generated school in an empty data folder, of any size, the same for the same seed.
 *
 *   npm run seed -- --data ./big                             20,000 people, 1,000 courses, 2,000,000 submissions
 *   npm run seed -- --data ./small --size 500                so many people, the rest in proportion
 *   npm run seed -- --data ./big --database-url postgres://… into PostgreSQL; files still go to the folder
 *
 * One course is made through the operations; the others are its rows again (multiply.ts). Everybody's password is
 * printed at the end. Not for a folder that a school is in: it is refused.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openNode } from "#app/compose.ts";
import { readConfig } from "#app/config.ts";
import { idFor, idsFrom, Loading, multiply, type Plan, readPlan, withFresh } from "./multiply.ts";
import { addressOf, type PersonFacts } from "./people.ts";
import { dayMs, makeTemplate, password, ShiftedClock, type Template } from "./template.ts";

export interface SchoolSize {
  readonly people: number;
  readonly courses: number;
  readonly studentsPerCourse: number;
  readonly assignments: number;
  readonly materials: number;
  readonly queries: number;
}

/** What a benchmark has to know of a course to act in it. */
export interface KnownCourse {
  readonly courseId: string;
  readonly teacher: string;
  /** E-mail addresses and ids of some who are enrolled. */
  readonly students: readonly { readonly email: string; readonly id: string }[];
  readonly assignmentIds: readonly string[];
  readonly materialIds: readonly string[];
  readonly queryIds: readonly string[];
}

export interface MadeSchool {
  readonly size: SchoolSize;
  readonly password: string;
  readonly admin: string;
  readonly courses: readonly KnownCourse[];
  readonly rows: number;
  readonly seconds: number;
}

/** 20 people a course, 100 students in each, 20 assignments: 2,000 submissions a course. */
export function sizeOf(people: number): SchoolSize {
  const courses = Math.max(1, Math.round(people / 20));
  const studentsPerCourse = Math.min(100, Math.max(5, Math.round(people / 3)));
  return { people, courses, studentsPerCourse, assignments: 20, materials: 10, queries: 10 };
}

/** Makes the school; `print` is told how far it is. Writes `school.json` into the folder, for benchmarks. */
export async function seedSchool(options: {
  readonly data: string;
  readonly databaseUrl: string | null;
  readonly size: SchoolSize;
  readonly seed: number;
  readonly print: (line: string) => void;
}): Promise<MadeSchool> {
  const { data, databaseUrl, size, seed, print } = options;
  const began = performance.now();
  const flags = {
    data,
    "http-port": "0",
    "grpc-port": "0",
    ...(databaseUrl === null ? {} : { "database-url": databaseUrl }),
  };
  const { config } = readConfig({ flags, environment: {}, file: null });
  const clock = new ShiftedClock(0);
  const node = await openNode({ config, webRoot: null, clock, log: () => {} });
  try {
    const template = await makeTemplate(node.kernel, clock, size);
    const plan = await readPlan(node.kernel, template);
    const loading = new Loading(node.kernel.store);
    const newId = idsFrom(seed, clock.now() - 80 * dayMs);
    const people = await addPeople({ plan, loading }, { template, size, newId });
    const known: KnownCourse[] = [];
    for (let nth = 0; nth < size.courses; nth++) {
      known.push(await addCourse({ plan, loading }, { template, size, newId, people, nth }));
      if ((nth + 1) % 50 === 0) print(`${nth + 1} of ${size.courses} courses, ${loading.written} rows`);
    }
    await loading.flush(true);
    const made: MadeSchool = {
      size,
      password,
      admin: "admin@generated.example",
      courses: known.filter((_, nth) => nth % Math.ceil(size.courses / 50) === 0),
      rows: loading.written,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
    await writeFile(join(data, "school.json"), JSON.stringify(made));
    return made;
  } finally {
    await node.close();
    // It follows events, and what was multiplied had none: a node makes it anew from the rows when it starts.
    await rm(join(data, "text-index"), { recursive: true, force: true });
  }
}

interface Making {
  readonly plan: Plan;
  readonly loading: Loading;
}

interface People {
  readonly teachers: readonly string[];
  readonly students: readonly string[];
}

/** One in twenty teaches. */
async function addPeople(
  making: Making,
  { template, size, newId }: { template: Template; size: SchoolSize; newId: () => string },
): Promise<People> {
  const add = async (role: "teacher" | "student", count: number) => {
    const made: string[] = [];
    for (let nth = 0; nth < count; nth++) {
      const id = newId();
      const of = role === "teacher" ? template.teacherId : template.studentId;
      const ids = withFresh(new Map([[of, id]]), making.plan.ids[role], newId);
      multiply(making, role, ids, { nth, role, ability: abilityOf(nth) });
      made.push(id);
      await making.loading.flush();
    }
    return made;
  };
  const teachers = Math.max(1, Math.floor(size.people / 20));
  return { teachers: await add("teacher", teachers), students: await add("student", size.people - teachers) };
}

/** The same for the same person, spread over the whole range. */
const abilityOf = (nth: number) => ((nth * 2_654_435_761) % 1_000) / 1_000;

async function addCourse(
  making: Making,
  {
    template,
    size,
    newId,
    people,
    nth,
  }: { template: Template; size: SchoolSize; newId: () => string; people: People; nth: number },
): Promise<KnownCourse> {
  const teacher = nth % people.teachers.length;
  // Neighbours overlap, so that everybody is in several courses and with ever other people.
  const stride = Math.max(1, Math.floor((people.students.length * 5) / size.courses / 5));
  const member = (place: number) => (nth * stride * 7 + place * 13) % people.students.length;
  const nths = [...new Set(Array.from({ length: size.studentsPerCourse }, (_, place) => member(place)))];
  const ids = withFresh(
    new Map([
      [template.courseId, newId()],
      [template.teacherId, people.teachers[teacher] ?? ""],
      [template.askerId, people.students[nths[0] ?? 0] ?? ""],
    ]),
    making.plan.ids.course,
    newId,
  );
  const courseFacts: PersonFacts = { nth, role: "course", ability: 0.5 };
  multiply(making, "course", ids, courseFacts);
  // The first is enrolled as the one who asks.
  for (const student of nths.slice(1)) {
    const own = new Map(ids).set(template.studentId, people.students[student] ?? "");
    const facts: PersonFacts = { nth: student, role: "student", ability: abilityOf(student) };
    multiply(making, "member", withFresh(own, making.plan.ids.member, newId), facts);
    await making.loading.flush();
  }
  const idsOf = (of: readonly string[]) => of.map((id) => idFor(ids, id));
  return {
    courseId: idFor(ids, template.courseId),
    teacher: addressOf({ role: "teacher", nth: teacher }),
    students: nths.slice(1, 6).map((student) => ({
      email: addressOf({ role: "student", nth: student }),
      id: people.students[student] ?? "",
    })),
    assignmentIds: idsOf(template.assignmentIds),
    materialIds: idsOf(template.materialIds),
    queryIds: idsOf(template.queryIds),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      size: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      "database-url": { type: "string" },
    },
  });
  const people = Number(values.size);
  if (values.data === undefined || !Number.isInteger(people) || people < 20) {
    console.error(
      "npm run seed -- --data <empty folder> [--size <people, 20 or more>] [--seed <number>] [--database-url <url>]",
    );
    process.exit(2);
  }
  const made = await seedSchool({
    data: values.data,
    databaseUrl: values["database-url"] ?? null,
    size: sizeOf(people),
    seed: Number(values.seed),
    print: (line) => console.log(line),
  });
  const first = made.courses[0];
  console.log(`${made.rows} rows in ${made.seconds} s. The password of everybody is "${made.password}".`);
  console.log(`Sign in as ${made.admin}, ${first?.teacher} or ${first?.students[0]?.email}.`);
}
