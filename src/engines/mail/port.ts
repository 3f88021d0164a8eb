/** Sending mail: one at a time, each with an id of its own, so that what is sent twice can be told from two mails. */

export interface Mail {
  /** One address; never a list. */
  readonly to: string;
  readonly toName?: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Without angle brackets, `3f…@school.example`; the same for every attempt at this mail. */
  readonly messageId: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Mailer {
  /** `smtp`: mails leave for their readers. `outbox`: they lie in a folder of the node, for its admin. */
  readonly kind: "smtp" | "outbox";
  /** The part of message ids behind the `@`. */
  readonly domain: string;
  /** Resolves once the mail has been taken over. Throws `MailRefused` where another attempt is of no use. */
  send(mail: Mail): Promise<void>;
  /** Deletes what this node keeps of mails in which one of `words` stands; gives how many that were. */
  forget(words: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/** The mail will never be taken: the address does not exist, or the server wants nothing from us. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
}
