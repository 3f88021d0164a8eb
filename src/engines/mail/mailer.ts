/** Which mailer a node has, by its settings. */
import { createOutboxMailer } from "./outbox.ts";
import type { Mailer } from "./port.ts";
import { createSmtpMailer } from "./smtp.ts";

/** Mails go to the server at `smtpUrl`, or into the folder `outbox` where none is set. */
export function createMailer({
  smtpUrl,
  from,
  outbox,
}: {
  readonly smtpUrl: string | null;
  readonly from: string;
  readonly outbox: string;
}): Mailer {
  return smtpUrl === null
    ? createOutboxMailer({ folder: outbox, from })
    : createSmtpMailer({ url: smtpUrl, from });
}
