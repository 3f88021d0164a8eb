/** A mailer for tests: it keeps what it is given, and fails when it is told to. */
import type { Mail, Mailer } from "../port.ts";

export interface RecordingMailer extends Mailer {
  readonly sent: Mail[];
  /** What the next attempts throw, in order. */
  readonly failures: Error[];
  kind: Mailer["kind"];
}

export function createRecordingMailer(): RecordingMailer {
  const sent: Mail[] = [];
  const failures: Error[] = [];
  return {
    kind: "smtp",
    domain: "school.test",
    sent,
    failures,
    async send(mail) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      sent.push(mail);
    },
    async forget(words) {
      const kept = sent.filter((mail) => !words.some((word) => JSON.stringify(mail).includes(word)));
      return sent.splice(0, sent.length, ...kept).length - kept.length;
    },
    async close() {},
  };
}
