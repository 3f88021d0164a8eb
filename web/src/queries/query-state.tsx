/** The state of a query in words, and as a tone beside them. */
import type { Query } from "../contract.ts";
import { Icon } from "../ui/icon.tsx";
import { Badge } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import "./messages.ts";

const tones = { open: "warm", answered: "good", closed: undefined } as const;

export function QueryStateBadge({ state }: { readonly state: Query["state"] }) {
  const text = useText();
  const tone = tones[state];
  return (
    <Badge {...(tone === undefined ? {} : { tone })}>
      {state === "open" && <Icon name="clock" />}
      {state === "answered" && <Icon name="check" />}
      {text(`queryState.${state}`)}
    </Badge>
  );
}
