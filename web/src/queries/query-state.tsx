/** The state of a query in words, and as a tone beside them. */
import type { Query } from "../contract.ts";
import { Icon } from "../ui/icon.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { waitingText } from "./waiting.ts";
import "./messages.ts";

const tones = { open: "warm", answered: "good", closed: undefined } as const;

export interface QueryStateBadgeProps {
  readonly query: Pick<Query, "state" | "waitingSince">;
  /** Where what it waits for stands beside it already. */
  readonly isShort?: boolean;
}

export function QueryStateBadge({ query, isShort = false }: QueryStateBadgeProps) {
  const text = useText();
  const { state, waitingSince } = query;
  const tone = tones[state];
  return (
    <Badge {...(tone === undefined ? {} : { tone })}>
      {state === "open" && <Icon name="clock" />}
      {state === "answered" && <Icon name="check" />}
      {waitingSince === null
        ? text(`queryState.${state}`)
        : text(isShort ? "queries.waiting" : "queryState.waiting", { duration: waitingText(waitingSince) })}
    </Badge>
  );
}
