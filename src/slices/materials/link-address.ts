/** Addresses that a link may have. Pure. */
import { invalidField } from "#kernel/errors.ts";

/** The address as browsers write it; refuses all but whole https addresses without a password in them. */
export function requireAddress(text: string): string {
  const refuse = (message: string) => invalidField("url", message);
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) throw refuse("This is no address. Copy it whole, from https:// on.");
  const url = new URL(trimmed);
  if (url.protocol === "http:")
    throw refuse(
      "Only addresses that begin with https:// are taken: what comes by http can be changed on its way.",
    );
  if (url.protocol !== "https:") throw refuse("Only addresses that begin with https:// are taken.");
  if (url.username !== "" || url.password !== "")
    throw refuse("This address has a name or password in it, which everybody in the course would see.");
  return url.href;
}
