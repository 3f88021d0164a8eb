/** Reads for TanStack Query: every read is kept under its operation's name and its input, so pages share it. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { read } from "./client.ts";
import type { Page, ReadInput, ReadName, ReadOutput } from "./contract.ts";

/** The read `name` with `input`; `[name]` alone names all of its answers, to have them read anew. */
export function reading<Name extends ReadName>(name: Name, input: ReadInput<Name>) {
  return queryOptions({
    queryKey: [name, input] as const,
    queryFn: ({ signal }) => read(name, input, signal),
  });
}

type ListName = {
  [Name in ReadName]: ReadOutput<Name> extends Page<unknown> ? Name : never;
}[ReadName];
type ItemOf<Name extends ListName> = ReadOutput<Name> extends Page<infer Item> ? Item : never;

/** The list `name`, page after page. */
export function readingPages<Name extends ListName>(name: Name, input: ReadInput<Name>) {
  return infiniteQueryOptions({
    queryKey: [name, input, "pages"] as const,
    queryFn: async ({ pageParam, signal }) =>
      (await read(name, { ...input, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal)) as Page<
        ItemOf<Name>
      >,
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
