/** A refusal that is about what one field says: its answer stands where the mistake is. */
import { CallError } from "../client.ts";

export function refusedField(
  { status, code, requestId }: CallError,
  field: string,
  message: string,
): CallError {
  return new CallError({ status, code, message, requestId, problems: [{ field, message }] });
}
