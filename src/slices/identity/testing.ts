/** Opens what the tests of this slice share: a whole kernel with identity in it and a built school, on one engine. */
import type { TestContext } from "node:test";
import { ManualClock } from "#base/clock.ts";
import type { TestEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel, type TestKernel, type TestKernelOptions } from "#kernel/testing.ts";
import { createAuthenticator } from "./authenticator.ts";
import { type BuiltSchool, buildSchool } from "./fixtures.ts";
import type { TaughtCourse } from "./schema.ts";
import { identitySlice } from "./slice.ts";

/** Who teaches what in these tests, by e-mail address; courses themselves are another slice's. */
export interface TestSchool extends TestKernel {
  readonly school: BuiltSchool;
  /** Gives the person with this id these courses to teach. */
  teach(personId: string, ...courses: TaughtCourse[]): void;
}

/** A kernel whose only slice is identity, closed after the test. */
export async function openIdentity(
  t: TestContext,
  engine: TestEngine,
  options: Pick<TestKernelOptions, "publicUrl"> = {},
): Promise<TestKernel & Pick<TestSchool, "teach">> {
  const taught = new Map<string, TaughtCourse[]>();
  const clock = new ManualClock();
  const store = await engine.open(t, { clock });
  const kernel = await openTestKernel({
    ...options,
    store,
    clock,
    slices: [identitySlice({ coursesTaughtBy: async (_database, personId) => taught.get(personId) ?? [] })],
    authenticator: createAuthenticator,
  });
  t.after(() => kernel.close());
  return { ...kernel, teach: (personId, ...courses) => void taught.set(personId, courses) };
}

/** The same with a built school in it. */
export async function openSchool(
  t: TestContext,
  engine: TestEngine,
  options: Pick<TestKernelOptions, "publicUrl"> = {},
): Promise<TestSchool> {
  const kernel = await openIdentity(t, engine, options);
  return { ...kernel, school: await buildSchool(kernel) };
}
