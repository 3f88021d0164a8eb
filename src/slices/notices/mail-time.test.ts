/** When mails leave, as a text to read: `testdata/mail-time.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { mailTime, usualWishes } from "./mail-time.ts";
import { MailMode } from "./schema.ts";

test("when a mail may tell of a notice", () => {
  runTranscript(join(import.meta.dirname, "testdata/mail-time.txt"), (command) => {
    const at = mailTime(MailMode.parse(command.arg("mode")), Date.parse(command.arg("now")), {
      timeZone: command.arg("zone"),
      digestMinute: minutes(command.optional("digest")) ?? usualWishes.digestMinute,
      quiet: quietOf(command),
    });
    return at === null ? "never" : `${new Date(at).toISOString().slice(0, 16)}Z`;
  });
});

function quietOf(command: Command) {
  const said = command.optional("quiet");
  if (said === null) return usualWishes.quiet;
  const [from = null, to = null] = said.split("-").map(minutes);
  return from === null || to === null ? null : { from, to };
}

function minutes(said: string | null): number | null {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(said ?? "") ?? [];
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute);
}
