/** How fresh a read must be, beside the position that the client has seen: `Lyceum-Consistency: strong`. */
import type { FastifyRequest } from "fastify";
import { invalidField } from "#kernel/errors.ts";

export const consistencyHeader = "lyceum-consistency";

/** Whether the answer must hold everything that was acknowledged anywhere before the request came. */
export function wantsStrong(request: FastifyRequest): boolean {
  const header = request.headers[consistencyHeader];
  if (header === undefined) return false;
  if (header === "strong") return true;
  throw invalidField(
    "Lyceum-Consistency",
    "This header takes the value strong; leave it out to read what the node that answers has.",
  );
}
