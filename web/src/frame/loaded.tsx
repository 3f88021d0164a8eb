/** What a page shows while its data is on its way, and when it does not come. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Skeleton } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";

export interface LoadedProps<Data> {
  readonly of: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ of, lines, children }: LoadedProps<Data>) {
  if (of.data !== undefined) return children(of.data);
  if (of.error !== null) return <ErrorNotice error={of.error} onRetry={() => void of.refetch()} />;
  return <Skeleton {...(lines === undefined ? {} : { lines })} />;
}

export interface PagedProps<Page extends { readonly items: readonly unknown[] }> {
  readonly of: {
    readonly data: { readonly pages: readonly Page[] } | undefined;
    readonly error: unknown;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
    readonly refetch: () => Promise<unknown>;
  };
  readonly children: (items: readonly Page["items"][number][]) => ReactNode;
}

/** A list in pages, with the way to more of it. */
export function Paged<Page extends { readonly items: readonly unknown[] }>({
  of,
  children,
}: PagedProps<Page>) {
  const text = useText();
  if (of.data === undefined)
    return of.error !== null ? (
      <ErrorNotice error={of.error} onRetry={() => void of.refetch()} />
    ) : (
      <Skeleton />
    );
  return (
    <div className="stack">
      {children(of.data.pages.flatMap((page) => page.items))}
      {of.hasNextPage && (
        <div>
          <Button isPending={of.isFetchingNextPage} onPress={() => void of.fetchNextPage()}>
            {text("more")}
          </Button>
        </div>
      )}
    </div>
  );
}
