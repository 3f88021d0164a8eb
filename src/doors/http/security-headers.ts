/**
 * The security headers of every answer. Helmet decides what they are; since it builds them anew for each request,
 * they are taken from it once, when the door opens.
 */
import helmet, { type FastifyHelmetOptions } from "@fastify/helmet";
import Fastify from "fastify";

export type Headers = Readonly<Record<string, string>>;

/** What means something for an answer that is no page; the rest would only make every answer longer. */
const dataHeaders: readonly string[] = [
  "content-security-policy",
  "cross-origin-resource-policy",
  "referrer-policy",
  "strict-transport-security",
  "x-content-type-options",
];

export interface SecurityHeaders {
  /** For pages: scripts, styles and workers of our own only. */
  readonly page: Headers;
  /** For everything that is not a page: nothing in it may be run or framed. */
  readonly data: Headers;
}

/** `tls` says whether people reach the school by HTTPS, from us or from a proxy before us. */
export async function securityHeaders(options: { readonly tls: boolean }): Promise<SecurityHeaders> {
  const shared: FastifyHelmetOptions = {
    // Telling plain-HTTP browsers to stay on HTTPS would lock them out of a school that has none.
    strictTransportSecurity: options.tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: "same-origin" },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  };
  const upgrade = options.tls ? [] : null;
  const none = "'none'";
  const self = "'self'";
  const page = await headersOf({
    ...shared,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [none],
        baseUri: [none],
        connectSrc: [self],
        fontSrc: [self, "data:"],
        formAction: [self],
        frameAncestors: [none],
        imgSrc: [self, "data:", "blob:"],
        manifestSrc: [self],
        mediaSrc: [self, "blob:"],
        objectSrc: [none],
        // pdf.js decodes some images with WebAssembly of its own; this allows that and no eval of text.
        scriptSrc: [self, "'wasm-unsafe-eval'"],
        styleSrc: [self],
        workerSrc: [self],
        upgradeInsecureRequests: upgrade,
      },
    },
  });
  const forData = await headersOf({
    ...shared,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: [none], frameAncestors: [none], baseUri: [none], formAction: [none] },
    },
  });
  const data = Object.fromEntries(Object.entries(forData).filter(([name]) => dataHeaders.includes(name)));
  return { page, data };
}

async function headersOf(options: FastifyHelmetOptions): Promise<Headers> {
  const app = Fastify();
  await app.register(helmet, options);
  app.get("/", async () => "");
  const bare = Fastify();
  bare.get("/", async () => "");
  const [dressed, plain] = await Promise.all([app.inject("/"), bare.inject("/")]);
  await Promise.all([app.close(), bare.close()]);
  const ours = Object.entries(dressed.headers).filter(([name]) => !(name in plain.headers));
  return Object.fromEntries(ours.map(([name, value]) => [name, String(value)]));
}
