/** The standard health service: load balancers and orchestrators ask it whether this server takes calls. */

import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";

const serving = 1;
const notServing = 2;
const serviceUnknown = 3;

export interface HealthService {
  routes(router: ConnectRouter): void;
  /** Says from now on that this server is going away. */
  drain(): void;
}

/** `isReady` says whether this node had better be asked, or another. */
export function createHealthService(
  health: DescService,
  serviceNames: readonly string[],
  isReady: () => boolean,
): HealthService {
  const known = new Set(["", ...serviceNames]);
  let draining = false;
  const onDrain = Promise.withResolvers<void>();
  const state = () => ({ status: draining || !isReady() ? notServing : serving });
  return {
    routes(router) {
      router.service(health, {
        check: (request: { service: string }) => {
          if (!known.has(request.service))
            throw new ConnectError(`There is no service named ${request.service} here.`, Code.NotFound);
          return state();
        },
        watch: async function* (request: { service: string }, { signal }: { signal: AbortSignal }) {
          // The protocol wants a watcher of an unknown service told so, and kept waiting for it.
          yield known.has(request.service) ? state() : { status: serviceUnknown };
          if (!draining) await Promise.race([onDrain.promise, aborted(signal)]);
          if (draining && !signal.aborted) yield state();
        },
      } as never);
    },
    drain() {
      draining = true;
      onDrain.resolve();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
