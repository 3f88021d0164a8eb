/** Mail over SMTP (RFC 5321), through nodemailer. */
import { createTransport } from "nodemailer";
import { composed, domainOf } from "./compose.ts";
import { type Mailer, MailRefused } from "./port.ts";

export interface SmtpOptions {
  /** `smtp://user:password@host:587` or `smtps://host:465`. */
  readonly url: string;
  /** `Lindenhof School <lyceum@school.example>`. */
  readonly from: string;
}

const connectMsMax = 10_000;
const quietMsMax = 30_000;
const connectionsMax = 2;

/** A mailer that keeps a connection or two open for what follows. */
export function createSmtpMailer({ url, from }: SmtpOptions): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isImplicitTls = protocol === "smtps:";
  const hasLogin = username !== "";
  const transport = createTransport({
    pool: true,
    maxConnections: connectionsMax,
    host,
    port: port === "" ? (isImplicitTls ? 465 : 587) : Number(port),
    secure: isImplicitTls,
    // A password goes over the network encrypted or not at all; without one, TLS is used where it is offered.
    requireTLS: !isImplicitTls && hasLogin && !isThisMachine(host),
    ...(hasLogin ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: connectMsMax,
    greetingTimeout: connectMsMax,
    socketTimeout: quietMsMax,
  });
  return {
    kind: "smtp",
    domain: domainOf(from),
    async send(mail) {
      try {
        await transport.sendMail(composed(mail, from));
      } catch (error) {
        throw isFinal(error) ? new MailRefused(reasonOf(error), { cause: error }) : error;
      }
    },
    // Mails that left are nowhere here.
    forget: async () => 0,
    async close() {
      transport.close();
    },
  };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/**
 * Whether the server's no is for good: a code of 500 and above about this mail. One about our login is not: whoever
 * runs the school mends that, and the mails that waited go out.
 */
function isFinal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: unknown; responseCode?: unknown };
  if (code === "EENVELOPE" && responseCode === undefined) return true;
  return code !== "EAUTH" && typeof responseCode === "number" && responseCode >= 500;
}

/** What the server said, which is what an admin needs to hear. */
function reasonOf(error: Error): string {
  const { response } = error as Error & { response?: unknown };
  return typeof response === "string" ? response : error.message;
}
