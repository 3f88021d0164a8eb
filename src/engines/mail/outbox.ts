/**
 * Where no SMTP server is set, mails lie in a folder, one `.eml` file each, which any mail program opens. They may hold
 * links that let somebody in, so only the server's own account can read them.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { wholeWord } from "#base/whole-words.ts";
import { composed, domainOf } from "./compose.ts";
import type { Mailer } from "./port.ts";
import { readableMail } from "./readable-mail.ts";

export interface OutboxOptions {
  readonly folder: string;
  readonly from: string;
  /** The oldest go when there are more. */
  readonly filesMax?: number;
}

const filesMaxDefault = 2_000;
/** Looking through the folder is slow, so it is done every so often. */
const tidyEvery = 100;

export function createOutboxMailer({ folder, from, filesMax = filesMaxDefault }: OutboxOptions): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  let written = 0;
  return {
    kind: "outbox",
    domain: domainOf(from),
    async send(mail) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { message } = await transport.sendMail(composed(mail, from));
      // Named by the message's id: a mail that is sent again replaces itself.
      const name = `${mail.messageId.replaceAll(/[^A-Za-z0-9._-]/g, "-")}.eml`;
      const draft = join(folder, `.${randomUUID()}`);
      await writeFile(draft, message as Buffer, { mode: 0o600 });
      await rename(draft, join(folder, name));
      if (written++ % tidyEvery === 0) await dropOldest(folder, filesMax);
    },
    forget: (words) => forgetMails(folder, words),
    async close() {
      transport.close();
    },
  };
}

async function dropOldest(folder: string, filesMax: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  if (names.length <= filesMax) return;
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  dated.sort((a, b) => a.at - b.at);
  for (const { name } of dated.slice(0, names.length - filesMax)) await rm(join(folder, name));
}

/** Mails that are about to be written are drafts yet, without the ending: whoever is erased is sent none any more. */
async function forgetMails(folder: string, words: readonly string[]): Promise<number> {
  const wanted = words.map(wholeWord);
  let forgotten = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".eml")) continue;
    const text = readableMail(await readFile(join(folder, name)));
    if (!wanted.some((standsIn) => standsIn(text))) continue;
    await rm(join(folder, name), { force: true });
    forgotten++;
  }
  return forgotten;
}
