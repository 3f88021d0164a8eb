/** Reads and commands for the pages: cached, asked again after every change, one key for one action. */
import {
  QueryClient,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useRef, useState } from "react";
import { CallError, command, read, signInAddress } from "./client.ts";
import type {
  CommandInput,
  CommandName,
  CommandOutput,
  ReadInput,
  ReadName,
  ReadOutput,
} from "./contract.ts";

const freshMs = 15_000;
const readAttemptsMax = 6;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: freshMs,
        networkMode: "always",
        retry: (failures, error) =>
          error instanceof CallError && error.isPassing && failures < readAttemptsMax,
        retryDelay: (failures, error) =>
          (error instanceof CallError ? error.retryAfterMs : null) ?? Math.min(400 * 2 ** failures, 8_000),
      },
    },
  });
}

interface ReadWish<Output> {
  readonly enabled?: boolean;
  /** Asks again, for what changes by itself, */
  readonly everyMs?: number;
  /** until this is so. */
  readonly until?: (data: Output) => boolean;
}

/** Someone whose session ended signs in and comes back to the same page. */
export function leaveIfSignedOut(error: unknown): void {
  if (error instanceof CallError && error.status === 401) location.assign(signInAddress());
}

export function useRead<Name extends ReadName>(
  name: Name,
  input: ReadInput<Name>,
  { enabled = true, everyMs, until }: ReadWish<ReadOutput<Name>> = {},
): UseQueryResult<ReadOutput<Name>> {
  const interval = ({ state: { data } }: { state: { data: ReadOutput<Name> | undefined } }) =>
    everyMs === undefined || (data !== undefined && until?.(data) === true) ? false : everyMs;
  return useQuery({
    queryKey: [name, input],
    queryFn: ({ signal }) =>
      read(name, input, signal).catch((error: unknown) => {
        leaveIfSignedOut(error);
        throw error;
      }),
    enabled,
    refetchInterval: interval,
  });
}

type PagedName = {
  [Name in ReadName]: ReadOutput<Name> extends { nextCursor: string | null } ? Name : never;
}[ReadName];

/** A list that comes in pages: what is here so far, and how to get more. */
export function usePages<Name extends PagedName>(
  name: Name,
  input: Omit<ReadInput<Name>, "cursor" | "limit">,
  options: { readonly enabled?: boolean } = {},
) {
  return useInfiniteQuery({
    queryKey: [name, input, "pages"],
    queryFn: ({ pageParam, signal }): Promise<ReadOutput<Name>> =>
      read(
        name,
        { ...input, ...(pageParam === null ? {} : { cursor: pageParam }) } as ReadInput<Name>,
        signal,
      ).catch((error: unknown) => {
        leaveIfSignedOut(error);
        throw error;
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as { nextCursor: string | null }).nextCursor,
    enabled: options.enabled ?? true,
  });
}

export interface CommandRunner<Name extends CommandName> {
  /** Throws what the call threw, after keeping it in `error`. */
  readonly run: (input: CommandInput<Name>, key?: string) => Promise<CommandOutput<Name>>;
  readonly isPending: boolean;
  readonly error: unknown;
}

/** A command from a page. Pressed again after an unknown outcome, with the same input, it is the same action. */
export function useCommand<Name extends CommandName>(name: Name): CommandRunner<Name> {
  const client = useQueryClient();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const unknown = useRef<{ readonly input: string; readonly key: string } | null>(null);

  async function run(input: CommandInput<Name>, key?: string): Promise<CommandOutput<Name>> {
    const summary = JSON.stringify(input);
    const kept = unknown.current?.input === summary ? unknown.current.key : null;
    const used = key ?? kept ?? crypto.randomUUID();
    setPending(true);
    setError(null);
    try {
      const output = await command(name, input, used);
      unknown.current = null;
      await client.invalidateQueries();
      return output;
    } catch (failure) {
      unknown.current =
        failure instanceof CallError && failure.isPassing ? { input: summary, key: used } : null;
      leaveIfSignedOut(failure);
      setError(failure);
      throw failure;
    } finally {
      setPending(false);
    }
  }
  return { run, isPending, error };
}
