/** Words are found in a mail in whatever way its program has wrapped them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readableMail } from "./readable-mail.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const wrapped = {
  "plain text": "Subject: x\r\n\r\nDear Zoë Quill,\r\n",
  "a header in base64": `To: =?UTF-8?B?${base64("Zoë Quill")}?= <z@x.example>\r\n\r\n`,
  "a header in two words, folded": "To: =?utf-8?Q?Zo=C3=AB_Qu?=\r\n =?utf-8?Q?ill?= <z@x.example>\r\n\r\n",
  "a quoted-printable body with a soft break":
    "Content-Transfer-Encoding: quoted-printable\r\n\r\nDear Zo=C3=AB Q=\r\nuill,\r\n",
  "a base64 body over lines": `Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(`${"-".repeat(70)} Zoë Quill`).replaceAll(/.{76}/g, "$&\r\n")}\r\n`,
};

for (const [how, message] of Object.entries(wrapped))
  test(`a name is found in ${how}`, () => {
    const text = readableMail(Buffer.from(message));
    assert(text.includes("Zoë Quill"), text);
    assert(!text.includes("Zoë Quilt"));
  });
