/** Failures as gRPC says them: the status of the one table, and the standard details that clients can take apart. */
import type { Registry as ProtoRegistry } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { present } from "#base/assert.ts";
import { failureTable, toFailure } from "#kernel/errors.ts";
import type { Log } from "#kernel/kernel.ts";

const domain = "lyceum";

/** Turns whatever a call threw into the error that the client sees; bugs are logged with their cause. */
export function connectErrorOf(
  error: unknown,
  context: {
    readonly files: ProtoRegistry;
    readonly requestId: string;
    readonly method: string;
    readonly log: Log;
  },
): ConnectError {
  // The library's own errors are about the protocol: a deadline, a broken stream, a message that cannot be read.
  if (error instanceof ConnectError) return error;
  const { files, requestId, method, log } = context;
  const failure = toFailure(error);
  if (failure.kind === "bug") log("error", "a gRPC call failed", { requestId, method, error });
  const detail = (name: string, value: Record<string, unknown>) => ({
    desc: present(files.getMessage(`google.rpc.${name}`), `google.rpc.${name}`),
    value,
  });
  const details = [
    detail("ErrorInfo", {
      reason: failure.code,
      domain,
      metadata: { request_id: requestId, kind: failure.kind },
    }),
  ];
  if (failure.problems.length > 0)
    details.push(
      detail("BadRequest", {
        fieldViolations: failure.problems.map(({ field, message }) => ({ field, description: message })),
      }),
    );
  const metadata = new Headers({ "lyceum-request-id": requestId, "lyceum-code": failure.code });
  const { retryAfterMs } = failure;
  if (retryAfterMs !== null) {
    details.push(
      detail("RetryInfo", {
        retryDelay: {
          seconds: BigInt(Math.floor(retryAfterMs / 1_000)),
          nanos: Math.round(retryAfterMs % 1_000) * 1_000_000,
        },
      }),
    );
    // What gRPC libraries with a retry policy obey by themselves.
    metadata.set("grpc-retry-pushback-ms", String(Math.round(retryAfterMs)));
  }
  return new ConnectError(failure.message, failureTable[failure.kind].grpc, metadata, details);
}
