/** Mails to people: each once, with links that no row holds, and what becomes of those that are refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { MailRefused } from "#engines/mail/port.ts";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { mailPerson } from "./api.ts";
import { mailRetentionMs } from "./mails.ts";
import type { IdentityTables } from "./tables.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const linkIn = (text: string) => /http:\/\/school\.test\S+/.exec(text)?.[0] ?? "";

/** Asks for a mail to Ada as another slice would. */
async function write(test: TestSchool, key: string, text = "Your essay was graded."): Promise<void> {
  const now = test.clock.now();
  await test.kernel.store.write(async ({ database }) =>
    mailPerson(
      {
        tx: database,
        now,
        newId: () => test.kernel.newId(now),
        enqueue: async (type, input) => {
          const id = test.kernel.newId(now);
          await tablesOf<{ jobs: Record<string, unknown> }>(database)
            .insertInto("jobs")
            .values({
              ...{ id, name: type.name, input: JSON.stringify(input), state: "waiting", attempt: 0 },
              ...{ due_at: now, fence: 0, created_at: now },
            })
            .execute();
          return id;
        },
      },
      { personId: test.school.student.id, key, subject: "News", text },
    ),
  );
}

async function mailsOf({ kernel }: TestSchool) {
  const { value } = await kernel.store.read((database) =>
    tablesOf<IdentityTables>(database).selectFrom("mails").selectAll().orderBy("id").execute(),
  );
  return value;
}

async function jobsOf({ kernel }: TestSchool): Promise<readonly { state: string; reason: string | null }[]> {
  const { value } = await kernel.store.read(async (database) => {
    const db = tablesOf<Record<string, Record<string, unknown>>>(database);
    return sql<{ state: string; reason: string | null }>`select state, reason from jobs order by id`.execute(
      db,
    );
  });
  return value.rows;
}

eachEngine("mails", (engine) => {
  test("another slice's mail goes to the person's address, once for its key, and is not kept", async (t) => {
    const school = await openSchool(t, engine);
    await write(school, "grade 1");
    await write(school, "grade 1");
    await school.kernel.settle();
    const [mail, ...more] = school.mailer.sent;
    assert.deepEqual(
      [mail?.to, mail?.subject, mail?.text],
      [school.school.student.email, "News", "Your essay was graded."],
    );
    assert.equal(more.length, 0);
    const [row] = await mailsOf(school);
    assert.equal(mail?.messageId, `${row?.id}@school.test`);
    assert.deepEqual([row?.subject, row?.body, row?.sent_at], [null, null, school.clock.now()]);
  });

  test("a server that is away is asked again, and gets the same mail", async (t) => {
    const school = await openSchool(t, engine);
    school.mailer.failures.push(new Error("connection refused"));
    await write(school, "grade 1");
    await school.kernel.settle();
    assert.equal(school.mailer.sent.length, 0);
    school.clock.advance(2_000);
    await school.kernel.settle();
    assert.equal(school.mailer.sent.length, 1);
    assert.equal((await mailsOf(school))[0]?.failed_at, null);
  });

  test("a refusal for good is not tried again, and says why", async (t) => {
    const school = await openSchool(t, engine);
    school.mailer.failures.push(new MailRefused("550 no such mailbox"));
    await write(school, "grade 1");
    await school.kernel.settle();
    school.clock.advance(24 * 3_600_000);
    await school.kernel.settle();
    assert.equal(school.mailer.sent.length, 0);
    assert.deepEqual(await jobsOf(school), [{ state: "parked", reason: "550 no such mailbox" }]);
    const [row] = await mailsOf(school);
    assert.deepEqual([row?.sent_at, row?.reason], [null, "550 no such mailbox"]);
  });

  test("an invitation's link works from the mail and stands in no row", async (t) => {
    const school = await openSchool(t, engine);
    await school.must(school.school.admin.token, "identity.addPerson", {
      name: "ليلى 🌙",
      email: "layla@lindenhof.example",
      roles: ["student"],
      byMail: true,
    });
    await school.kernel.settle();
    const [mail] = school.mailer.sent;
    assert.equal(mail?.toName, "ليلى 🌙");
    const link = linkIn(mail?.text ?? "");
    const { value } = await school.kernel.store.read(async (database) => {
      const db = tablesOf<Record<string, Record<string, unknown>>>(database);
      const kept: unknown[] = [];
      for (const table of ["mails", "jobs", "receipts", "audit_entries", "feed_events"])
        kept.push((await sql`select * from ${sql.table(table)}`.execute(db)).rows);
      return JSON.stringify(kept);
    });
    assert.doesNotMatch(value, /eyJ/);
    await school.must(null, "identity.acceptInvitation", {
      invitationToken: link,
      password: "nine loud herons",
    });
  });

  test("an invitation that was used or withdrawn before its mail left is not sent", async (t) => {
    const school = await openSchool(t, engine);
    const { id } = school.school.invited;
    school.mailer.failures.push(new Error("away"));
    await school.must(school.school.admin.token, "identity.reissueInvitation", {
      personId: id,
      byMail: true,
    });
    await school.kernel.settle();
    await school.must(school.school.admin.token, "identity.reissueInvitation", {
      personId: id,
      byMail: true,
    });
    school.clock.advance(10_000);
    await school.kernel.settle();
    assert.equal(school.mailer.sent.length, 1);
  });

  test("whoever was shut out gets no mail", async (t) => {
    const school = await openSchool(t, engine);
    await write(school, "grade 1");
    const { admin, student } = school.school;
    await school.must(admin.token, "identity.setPersonActive", { personId: student.id, active: false });
    await school.kernel.settle();
    assert.equal(school.mailer.sent.length, 0);
  });

  test("what was sent is forgotten after its time", async (t) => {
    const school = await openSchool(t, engine);
    await write(school, "grade 1");
    await school.kernel.settle();
    school.clock.advance(mailRetentionMs + 3_600_000);
    await school.kernel.settle();
    assert.deepEqual(await mailsOf(school), []);
  });
});
