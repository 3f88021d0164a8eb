/**
 * A client that makes things which nothing keeps from being made twice, but the idempotency key: announcements in a
 * course of its own. Now and then it sends an old command again, through another node, and must get the first answer.
 */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "#base/json.ts";
import { bodyOf } from "./school.ts";
import type { Worker } from "./workload.ts";

const patienceMs = 60_000;
/** A course keeps up to 2,000; a new one is begun well before. */
const postsPerCourse = 800;

interface Sent {
  readonly input: JsonObject;
  readonly idempotencyKey: string;
  readonly announcementId: string;
}

export async function postAnnouncements(worker: Worker): Promise<void> {
  const { client, chance, history, name } = worker;
  let courseId = "";
  let sent: Sent[] = [];
  for (let sequence = 0; !worker.isOver(); sequence++) {
    if (sequence % postsPerCourse === 0) {
      courseId = await createCourse(worker, sequence);
      if (courseId === "") return;
    }
    const title = `${name}.${sequence}`;
    const input = { courseId, title };
    const idempotencyKey = randomUUID();
    const patience = chance.oneIn(8) ? 0 : patienceMs;
    const outcome = await client.ask({
      path: "courses/post-announcement",
      input,
      idempotencyKey,
      patienceMs: patience,
    });
    if (outcome.kind === "refused" && outcome.status !== 429)
      history.findings.push(`${name}: an announcement was refused: ${JSON.stringify(outcome)}`);
    history.posts.push({
      place: courseId,
      element: title,
      outcome: outcome.kind === "ok" ? "acknowledged" : outcome.kind,
    });
    if (outcome.kind === "ok") {
      history.acknowledgedAt.push(history.now());
      sent = [
        ...sent.slice(-20),
        { input, idempotencyKey, announcementId: String(outcome.body.announcementId) },
      ];
    }
    if (chance.oneIn(3)) client.goTo(chance.below(worker.nodes()));
    if (sent.length > 0 && chance.oneIn(5)) await sendAgain(worker, chance.pick(sent));
    await worker.rest();
  }
}

async function createCourse({ client, name, isOver }: Worker, sequence: number): Promise<string> {
  const idempotencyKey = randomUUID();
  for (;;) {
    const outcome = await client.ask({
      path: "courses/create-course",
      input: { code: `${name}-${sequence}`, term: "Storm", title: "Under faults" },
      idempotencyKey,
      patienceMs,
    });
    if (outcome.kind === "ok") return String(bodyOf("courses/create-course", outcome).courseId);
    if (isOver()) return "";
  }
}

async function sendAgain({ client, history, name }: Worker, first: Sent): Promise<void> {
  const { input, idempotencyKey, announcementId } = first;
  const again = await client.ask({ path: "courses/post-announcement", input, idempotencyKey, patienceMs });
  if (again.kind !== "ok") return;
  history.replays++;
  if (String(again.body.announcementId) !== announcementId)
    history.findings.push(
      `${name}: the same command again gave ${String(again.body.announcementId)}, at first ${announcementId}`,
    );
}
