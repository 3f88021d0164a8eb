/** What was sent to whom is forgotten after a time. */
import { mailsTrimmedMax, trimMails } from "./mails.ts";
import { schedule } from "./tables.ts";

export const forgetMails = schedule({
  name: "identity.forgetMails",
  everyMs: 3_600_000,
  async run({ write }) {
    const trimmed = await write(({ tx, now }) => trimMails(tx, now));
    return trimmed === mailsTrimmedMax;
  },
});
