/** Some refusals are about one field, though the server names none: here they are put beside it. */
import { CallError } from "../client.ts";

/** What `call` gives; a refusal whose code is in `fieldOf` is thrown on as a problem of that field. */
export async function besideField<Output>(
  fieldOf: Readonly<Record<string, string>>,
  call: Promise<Output>,
): Promise<Output> {
  try {
    return await call;
  } catch (error) {
    const field = error instanceof CallError ? fieldOf[error.code] : undefined;
    if (!(error instanceof CallError) || field === undefined) throw error;
    const { status, code, message, requestId, retryAfterMs } = error;
    throw new CallError({ status, code, message, requestId, retryAfterMs, problems: [{ field, message }] });
  }
}
