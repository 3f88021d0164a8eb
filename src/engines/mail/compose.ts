/** What every mail of ours has in common, however it travels. */
import type { Mail } from "./port.ts";

/** The mail as nodemailer takes it. Nothing in it may name a file or an address to fetch. */
export function composed(mail: Mail, from: string) {
  return {
    from,
    // As an object it is one address, whatever commas or brackets the text has.
    to: { name: mail.toName ?? "", address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    messageId: `<${mail.messageId}>`,
    // RFC 3834: nobody's holiday notice answers a machine.
    headers: { "Auto-Submitted": "auto-generated", ...mail.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The address inside `Lyceum <lyceum@school.example>`, and the domain behind its `@`. */
export function domainOf(from: string): string {
  return /@([^\s@<>]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
}
