/** Mails over a real SMTP socket, and into the outbox. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createOutboxMailer } from "./outbox.ts";
import { type Mail, MailRefused } from "./port.ts";
import { createSmtpMailer } from "./smtp.ts";
import { openSmtpServer } from "./testing/smtp-server.ts";

const from = "Lindenhof School <lyceum@lindenhof.example>";
const mail: Mail = {
  to: "layla@lindenhof.example",
  toName: "ليلى 🌙",
  subject: "Ihr Zugang – für Zoë",
  text: "Guten Tag,\n\nhttps://school.example/x#token\n",
  messageId: "018f-1@lindenhof.example",
};

async function openSmtp(t: TestContext, login = "") {
  const server = await openSmtpServer();
  const mailer = createSmtpMailer({ url: `smtp://${login}127.0.0.1:${server.port}`, from });
  t.after(async () => {
    await mailer.close();
    await server.close();
  });
  return { server, mailer };
}

async function openOutbox(t: TestContext, filesMax?: number) {
  const parent = await mkdtemp(join(tmpdir(), "lyceum-outbox-"));
  t.after(() => rm(parent, { recursive: true }));
  const folder = join(parent, "outbox");
  return {
    folder,
    mailer: createOutboxMailer({ folder, from, ...(filesMax === undefined ? {} : { filesMax }) }),
  };
}

test("a mail arrives with its id, its name in Arabic and its text", async (t) => {
  const { server, mailer } = await openSmtp(t);
  await mailer.send(mail);
  const [received] = server.received;
  assert.deepEqual(received?.to, ["layla@lindenhof.example"]);
  assert.match(received?.data ?? "", /^Message-ID: <018f-1@lindenhof\.example>\r$/m);
  assert.match(received?.data ?? "", /^Auto-Submitted: auto-generated\r$/m);
  assert.match(received?.data ?? "", /^From: Lindenhof School <lyceum@lindenhof\.example>\r$/m);
  assert.match(received?.data ?? "", /^To: =\?UTF-8\?[BQ]\?/m);
});

test("the login of the address is used", async (t) => {
  const { server, mailer } = await openSmtp(t, "school:p%40ss@");
  await mailer.send(mail);
  assert.deepEqual(server.logins, ["\0school\0p@ss"]);
});

test("a no for good is told apart from one for now", async (t) => {
  const { server, mailer } = await openSmtp(t, "school:wrong@");
  server.answers.set("RCPT", ["550 5.1.1 no such mailbox", "451 4.7.1 come back in five minutes"]);
  await assert.rejects(
    mailer.send(mail),
    (error) => error instanceof MailRefused && /no such mailbox/.test(error.message),
  );
  await assert.rejects(mailer.send(mail), (error) => !(error instanceof MailRefused));
  server.answers.set("BODY", ["554 5.7.1 looks like spam"]);
  await assert.rejects(mailer.send(mail), MailRefused);
  await mailer.send(mail);
  assert.equal(server.received.length, 1);
});

test("a login that the server refuses can still be mended", async (t) => {
  const { server, mailer } = await openSmtp(t, "school:wrong@");
  server.answers.set("AUTH", ["535 5.7.8 no", "535 5.7.8 no"]);
  await assert.rejects(mailer.send(mail), (error) => !(error instanceof MailRefused));
});

test("a server that is not there is worth another attempt", async () => {
  const server = await openSmtpServer();
  await server.close();
  const mailer = createSmtpMailer({ url: `smtp://127.0.0.1:${server.port}`, from });
  await assert.rejects(mailer.send(mail), (error) => !(error instanceof MailRefused));
  await mailer.close();
});

test("an address with a comma is one address and no list, and a subject adds no header", async (t) => {
  const { server, mailer } = await openSmtp(t);
  await mailer.send({
    ...mail,
    to: "a,b@lindenhof.example",
    toName: "X>, <evil@else.example",
    subject: "Hello\r\nBcc: evil@else.example",
  });
  const [received] = server.received;
  assert.equal(received?.to.length, 1);
  assert.doesNotMatch(received?.data ?? "", /^Bcc:/m);
});

test("without a server a mail lies in the outbox, once, for the server's account only", async (t) => {
  const { folder, mailer } = await openOutbox(t);
  await mailer.send(mail);
  await mailer.send(mail);
  assert.deepEqual(await readdir(folder), ["018f-1-lindenhof.example.eml"]);
  const file = join(folder, "018f-1-lindenhof.example.eml");
  assert.match(await readFile(file, "utf8"), /^Message-ID: <018f-1@lindenhof\.example>\r$/m);
  assert.equal((await stat(file)).mode & 0o077, 0);
});

test("the outbox does not grow without a bound", async (t) => {
  const { folder, mailer } = await openOutbox(t, 10);
  for (let number = 0; number < 101; number++)
    await mailer.send({ ...mail, messageId: `${number}@lindenhof.example` });
  assert.equal((await readdir(folder)).length, 10);
});

test("mails to or about somebody are forgotten by whole words, others are kept", async (t) => {
  const { folder, mailer } = await openOutbox(t);
  const texts = {
    named: "Dear Ann,\n\nyour mark is there.\n",
    possessive: "Ann’s report was handed in.\n",
    annual: "The Annual report, and Joann's. SCANN, Année, Anń, and the banns.\n",
    addressed: "Write to Lee@School.example.\n",
    other: "Write to ann.lee@school.example or lee@school.example.com.\n",
    spaced: `${"x".repeat(70)} Mary\nAnn Smith is here. So is Zoë.\n`,
    arabic: "مرحبا ليلى، كيف حالك؟ شكرا لِسالم.\n",
    arabicOther: "ليلىان وسالمة هنا.\n",
    chinese: "王小明您好，Ada的作业。\n",
  };
  for (const [name, text] of Object.entries(texts))
    await mailer.send({
      ...mail,
      to: "x@school.example",
      toName: "X",
      subject: "Hello",
      text,
      messageId: name,
    });
  const left = async () => (await readdir(folder)).map((name) => name.replace(".eml", "")).sort();
  assert.equal(await mailer.forget(["Ann Smithers", "mary", "Lille", "Zo", "", " "]), 0);
  assert.equal(await mailer.forget(["Mary Ann Smith"]), 1);
  assert.equal(await mailer.forget(["Ann"]), 2);
  assert.equal(await mailer.forget(["lee@school.example"]), 1);
  assert.deepEqual(await left(), ["annual", "arabic", "arabicOther", "chinese", "other"]);
  assert.equal(await mailer.forget(["سالم"]), 1, "Arabic joins `to` and `and` to the name");
  assert.equal(await mailer.forget(["لیلی", "ليلى"]), 0);
  assert.equal(await mailer.forget(["小明"]), 1, "Chinese puts no spaces between words");
  assert.deepEqual(await left(), ["annual", "arabicOther", "other"]);
});
